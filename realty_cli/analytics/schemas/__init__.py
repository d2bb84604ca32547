"""What comes in and goes out of the analytics slice."""
