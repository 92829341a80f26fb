"""The directory of customers: what a customer is and the port through which it is read and written."""
