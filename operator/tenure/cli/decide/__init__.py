"""`tenure decide`: the committee's verdicts, one by one or a whole sitting from its sheet."""
