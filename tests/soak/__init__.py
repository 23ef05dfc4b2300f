"""Every simulated platform at once, for many virtual days: visitors, moderators, faults, and rules over the outcome."""
