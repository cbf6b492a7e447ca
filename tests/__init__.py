"""Tests of the back-office console, a folder for each room."""
