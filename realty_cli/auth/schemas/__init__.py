"""What comes in and goes out about accounts, by the names of the customer's document."""
