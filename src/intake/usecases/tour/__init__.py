"""`tour`: the whole loop on made-up testimonies, in a throwaway folder; every step is an event to be rendered."""
