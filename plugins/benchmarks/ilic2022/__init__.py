"""Human recognition of actions with and without appearance (Ilic, Pock & Wildes 2022)."""
