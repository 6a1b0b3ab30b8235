/*
 * The question that a newcomer leaves in the bucket for a leader of the metadata log that does not
 * answer by network: io.oxbow.s3stream.log, Newcomer and Receptionist. What is put into slots, and
 * why two leaders never both commit, is the other model's matter; this one has time, in ticks.
 *
 * A leader that is well looks for a question at least every LOOK ticks, every tick while the store
 * does not answer, or has written a slot instead. Newcomers poll every tick, die at any moment, and may find the store away. Rules:
 *   - a leader that is well is never succeeded, by however many newcomers;
 *   - a leader that was dead from the beginning is succeeded;
 *   - each newcomer that lives has its answer, or takes over, before LAST;
 *   - a newcomer that has ended leaves no question of its own, unless it died or the store was away.
 *
 * Mutants, each of which breaks a rule:
 *   M_NOLOOK   a leader does not look
 *   M_RARELOOK a look that the store did not answer is not made again before the next is due
 *   M_NOWAIT   a newcomer does not wait for its patience to end
 *   M_NOANSWER a leader takes the question away without an answer
 *   M_NOGLANCE a newcomer does not see that slots are written
 *   M_ANYONES  patience runs on when another's question lies there
 *   M_AWAY     patience runs on while the store does not answer
 *   M_NOPUT    a newcomer leaves no question
 */
#ifndef N
#define N 2
#endif
#ifndef OUTAGES
#define OUTAGES 1
#endif
#ifndef LAST
#define LAST 20
#endif
#define LOOK 2
#define PATIENCE 6
#ifndef OUTAGE_TICKS
#define OUTAGE_TICKS 1
#endif
#define NOBODY 0
#define IDS 24

#define HAS_POLLED(i) (!begun[i] || polled[i] || gone[i])
#if N > 2
#define ALL(rule) (rule(1) && rule(2) && rule(3))
#else
#define ALL(rule) (rule(1) && rule(2))
#endif

#define UNDECIDED 0
#define ANSWERED 1
#define MOVED 2
#define TAKEN 3
#define DEAD 4

byte now;
bool away;
byte outages = OUTAGES;
byte awaySince;

byte question = NOBODY;
bool answer[IDS];
byte nextId = 1;
byte slots;

bool well;            /* from the beginning to the end */
bool dead;
bool deadFromStart;
bool looking;
byte lookedAt;
byte triedAt;

byte outcome[N + 1];
bool polled[N + 1];
bool begun[N + 1];
bool gone[N + 1];
bool dirty[N + 1];    /* its question may stay: it died, or the store was away */
byte deaths = 1;
byte mine = NOBODY;
bool over;

active proctype Leader() {
  byte seen;
  bool answered;
  atomic {
    if
    :: well = true
    :: skip
    :: dead = true; deadFromStart = true; goto end
    fi
  }
  do
  :: atomic { over -> break }
  :: atomic { !well && !over -> dead = true; break }
  :: atomic { now > lookedAt && !over && slots < 1 && !away ->   /* busy: a slot instead of a look */
       if
       :: mine == NOBODY -> slots++; lookedAt = now
       :: else -> dead = true; break                              /* deposed: the other model's */
       fi }
  :: atomic { now > lookedAt && now != triedAt && !over ->
       looking = true; triedAt = now; seen = NOBODY; answered = false }
#ifndef M_NOLOOK
     atomic {
       if :: !away -> seen = question; answered = true :: else fi;
#ifndef M_NOANSWER
       if :: seen != NOBODY -> answer[seen] = true :: else fi
#endif
     }
     atomic {
       if
       :: seen != NOBODY && !away -> question = NOBODY
       :: seen != NOBODY && away -> answered = false
       :: else
       fi
     }
#else
     answered = true;
#endif
     /* A look that the store did not answer is made again in the next tick. */
     atomic {
#ifdef M_RARELOOK
       answered = true;
#endif
       if :: answered -> lookedAt = now :: else fi;
       looking = false; seen = NOBODY; answered = false
     }
  od;
end:
  skip
}

proctype Newcomer(byte id) {
  byte lying = NOBODY;
  byte own = NOBODY;
  byte since;
  byte seen;
  byte known;
  bool unknown;
  bool lies;
  atomic { begun[id] || over -> if :: over -> goto end :: else -> known = slots fi }
  do
  :: atomic { !polled[id] && deaths > 0 -> deaths--; outcome[id] = DEAD; dirty[id] = true; gone[id] = true; goto end }
  :: !polled[id] && !over ->
     atomic {
       if
       :: !away && answer[own] -> outcome[id] = ANSWERED; goto takeBack
#ifndef M_NOGLANCE
       :: !away && !answer[own] && slots > known -> outcome[id] = MOVED; goto takeBack
#endif
       :: else
       fi
     }
     atomic {
       unknown = away; seen = NOBODY;
       if :: !away -> seen = question :: else fi;
#ifndef M_NOPUT
       if
       :: !away && question == NOBODY && answer[own] -> outcome[id] = ANSWERED; goto takeBack
       :: !away && question == NOBODY && !answer[own] ->
          own = nextId; nextId++;
          question = own
       :: else
       fi;
#endif
#ifdef M_AWAY
       if :: unknown -> seen = lying :: else fi;
#endif
       if
#ifdef M_ANYONES
       :: seen == NOBODY -> skip
       :: seen != NOBODY && lying == NOBODY -> lying = seen; since = now
       :: seen != NOBODY && lying != NOBODY && now - since >= PATIENCE -> goto silent
       :: seen != NOBODY && lying != NOBODY && now - since < PATIENCE -> skip
#else
       :: seen == NOBODY || seen != lying -> lying = seen; since = now
#ifdef M_NOWAIT
       :: seen != NOBODY && seen == lying -> goto silent
#else
       :: seen != NOBODY && seen == lying && now - since >= PATIENCE -> goto silent
       :: seen != NOBODY && seen == lying && now - since < PATIENCE -> skip
#endif
#endif
       fi;
       polled[id] = true; seen = NOBODY; unknown = false
     }
  :: atomic { over -> goto end }
  od;
silent:
  /* TAKEOVER is create-only: one newcomer has the slot. */
  atomic {
    if
    :: slots == known && mine == NOBODY -> assert(!well); mine = id; slots++; outcome[id] = TAKEN
#ifdef M_NOGLANCE
    :: slots != known && mine == NOBODY -> assert(!well); mine = id; slots++; outcome[id] = TAKEN
    :: mine != NOBODY -> outcome[id] = MOVED
#else
    :: else -> outcome[id] = MOVED
#endif
    fi
  }
takeBack:
  atomic { lies = !away && own != NOBODY && question == own; dirty[id] = dirty[id] || away }
  atomic {
    if
    :: lies && !away -> question = NOBODY     /* perhaps another's by now: it puts it again */
    :: lies && away -> dirty[id] = true
    :: else
    fi;
    assert(dirty[id] || own == NOBODY || question != own);
    gone[id] = true; polled[id] = true;
    lies = false; lying = NOBODY; since = 0; known = 0; seen = NOBODY; unknown = false; own = NOBODY
  }
end:
  skip
}

/* The store vanishes, and comes back. */
active proctype Store() {
  do
  :: atomic { over -> break }
  :: atomic { !away && outages > 0 && !over -> outages--; away = true; awaySince = now }
  :: atomic { away -> away = false }
  od
}

active proctype Ticks() {
  byte i;
  bool somebodyLives;
  atomic { i = 1; do :: i <= N -> run Newcomer(i); i++ :: else -> break od }
  do
  :: atomic {
       (now < LAST && !looking && (dead || now - lookedAt < LOOK || triedAt == now) && ALL(HAS_POLLED)
         && !(away && now - awaySince >= OUTAGE_TICKS)) ->
       now++;
       i = 1;
       do
       :: i <= N ->
          polled[i] = false;
          if
          :: !begun[i] -> begun[i] = true
          :: !begun[i] && now < 2 -> skip
          :: else
          fi;
          i++
       :: else -> break
       od;
       i = 0
     }
  :: atomic { now == LAST && !looking -> break }
  od;
  ALL(HAS_POLLED);
  over = true;
  atomic {
    i = 1;
    do
    :: i <= N ->
       assert(outcome[i] != UNDECIDED);
       somebodyLives = somebodyLives || outcome[i] != DEAD;
       i++
    :: else -> break
    od;
    assert(!deadFromStart || !somebodyLives || mine != NOBODY);
  }
}
