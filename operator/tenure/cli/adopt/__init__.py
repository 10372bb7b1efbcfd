"""`tenure adopt`: the Project and the Allocation of a namespace that exists, and what taking it over would change."""
