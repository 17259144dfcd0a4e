"""Kapadia, Ito, Gilbert & Westheimer (1995): a bar outside the receptive field that lifts the response to one inside."""
