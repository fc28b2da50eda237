"""What assistants' hooks ask and how they are answered: pure, one shape for every client."""
