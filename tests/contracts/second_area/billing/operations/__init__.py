"""What can be done to it."""
