# The second beacon: drand's round, beside RANDOM.ORG's draw. It never chooses a winner.

drand-awaited = drand round No. { $round } is made at { $time }; nobody can know it before. Its value goes into the request to RANDOM.ORG: whoever saw this seal before that time can tell that the draw came after it.
drand-seen = drand round No. { $round }, { $time }: its value stands in what RANDOM.ORG signed, so the draw was made after it. The winner comes from RANDOM.ORG alone.
drand-missed = drand round No. { $round }, { $time }: it could not be had in time. RANDOM.ORG signed that the draw was made without it; the winner comes from RANDOM.ORG alone in any case.
button-drand = drand round No. { $round }
