"""`tenure packet`: all reviews of a quarter for the committee's sitting, as a page or a spreadsheet."""
