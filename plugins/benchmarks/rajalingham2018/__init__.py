"""Human choices between two objects (Rajalingham, Issa, Bashivan, Kar, Schmidt & DiCarlo 2018), the public part."""
