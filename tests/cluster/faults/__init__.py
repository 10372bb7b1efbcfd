"""What can go wrong between the operator and the API server, at every single write."""
