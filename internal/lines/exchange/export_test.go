package exchange

// KeptVisits is how many visits to a subscriber are kept.
const KeptVisits = keptVisits
