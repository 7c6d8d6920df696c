"""From one answer of sync to commands that ran: state, keys, messages, turns."""
