"""Invoices of the customers: an area as small as one can be."""
