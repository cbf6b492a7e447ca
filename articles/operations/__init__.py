"""What the console can do to the customers' content: one file, one class, one verb each."""
