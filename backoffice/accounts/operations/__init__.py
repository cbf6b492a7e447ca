"""What administrators do to the staff, and what everyone may ask for themselves."""
