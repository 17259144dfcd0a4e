"""Kinoshita, Gilbert & Das (2009): bars in line suppress the pooled drive that they facilitate in spikes."""
