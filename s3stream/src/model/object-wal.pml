/*
 * The write-ahead log in a bucket: objects made once each at growing numbers, read after its writer
 * was fenced by whoever recovers it.
 *
 * Modelled: one writer with two puts in flight, which may lose answers, land late, or be repeated; its
 * uploads, that commit a prefix of what it acked; trimming by anyone of what the metadata log covers;
 * two recoverers, each of which may be stopped for good at any step while the other begins, or goes
 * on beside the other. A fence is an object too: its put may get lost and land late as well.
 * Numbers run from 1 to N.
 *
 * Checked: what was acked is committed once recovery is complete, and stays so whatever lands later;
 * nothing is committed twice or in another order; the bytes committed are those that were acked; the
 * fenced writer commits nothing.
 *
 * Mutants, each of which must fail:
 *   M_LISTED       recovery starts at the first object that is listed, not where the log says
 *   M_NOFENCE      recovery stops at the first missing object and puts nothing there
 *   M_NOCLAIM      the claim is what the first commit makes it, after the log was read
 *   M_ACKORDER     an object is acked before those ahead of it
 *   M_REBIND       after an unknown answer other bytes are put
 *   M_TRIMEARLY    objects are deleted when they are acked, not when they are covered
 *   M_TRIMFENCE    trimming deletes fences too
 *   M_FENCEDCOMMIT commits of a fenced writer are taken
 *   M_NORANGE      a commit that is sent again is taken again
 *   M_UNKNOWNDONE  an unknown answer to a fence is taken for a fence
 *
 * ./check runs them all.
 */
#ifndef N
#define N 4
#endif
#ifndef AMB
#define AMB 2          /* unknown answers in the whole run */
#endif
#define NONE 0
#define FIRST 1        /* the writer's bytes */
#define OTHER 2        /* bytes put in their place, by a mutant */
#define FENCE 3
#define LAST (N + 1)   /* a fence always finds room */

byte object[N + 2];
byte unknowns = AMB;

/* What the writer told its clients. */
byte acked[N + 2];             /* the bytes, NONE when it did not ack */

/* The metadata log. */
bit fenced = 0, complete = 0;
byte covered = 1;              /* first number that no commit covers */
byte claim = 0;                /* the recoverer whose commits are taken; 0: none yet */
bit gone[3];                   /* recoverers that were fenced themselves */
byte committed[N + 2];         /* the bytes that became part of the streams */

/* Puts that are still under way in the network: one of each. */
byte lateAt = 0, lateBytes, lateFence = 0;

#ifdef M_FENCEDCOMMIT
#define MAY_COMMIT true
#else
#define MAY_COMMIT !fenced
#endif

inline check() {
  d_step {
    k = 1;
    do
    :: k > N -> break
    :: else -> assert(!complete || acked[k] == NONE || committed[k] == acked[k]); k++
    od;
    k = 0
  }
}

inline commitOne(seq_, bytes_) {
#ifdef M_NORANGE
  assert(committed[seq_] == NONE);
  committed[seq_] = bytes_;
  if :: covered <= seq_ -> covered = seq_ + 1 :: else fi
#else
  if
  :: covered == seq_ -> committed[seq_] = bytes_; covered = seq_ + 1
  :: else
  fi
#endif
}

active proctype Writer() {
  byte next = 1;                 /* first number that is not known to be made */
  byte s, k;
  byte put[N + 2];               /* the bytes that it would put there */
  bit made[N + 2];

  d_step { k = 1; do :: k > N -> break :: else -> put[k] = FIRST; k++ od; k = 0 }
  do
  :: next > N -> break
  :: next <= N ->
     /* One of two in flight. */
     if :: s = next :: next < N -> s = next + 1 fi;
     if
     :: made[s] -> skip
     :: else ->
        if
        :: atomic { object[s] == NONE -> object[s] = put[s]; made[s] = 1 }
        :: atomic { object[s] == FENCE -> goto stopped }
        /* Its own, from an attempt whose answer got lost. */
        :: atomic { object[s] == FIRST || object[s] == OTHER -> made[s] = 1 }
        :: atomic { unknowns > 0 && object[s] == NONE -> unknowns--; object[s] = put[s] } goto lost
        :: atomic { unknowns > 0 && lateAt == 0 && object[s] == NONE ->
             unknowns--; lateAt = s; lateBytes = put[s] } goto lost
        fi
     fi;
     goto ack;
lost:
#ifdef M_REBIND
     put[s] = OTHER;
#endif
ack:
     atomic {
       if
#ifdef M_ACKORDER
       :: made[s] && acked[s] == NONE -> acked[s] = put[s]
#endif
       :: made[next] -> acked[next] = put[next]; next++
       :: else
       fi;
       s = 0; check()
     }
  od;
stopped: skip
}

/* The writer's uploader: a prefix of what was acked. */
active proctype Uploader() {
end:
  do
  :: atomic { (covered <= N && acked[covered] != NONE && MAY_COMMIT) ->
       committed[covered] = acked[covered]; covered++ }
  od
}

/* Anyone, at any time, also long after the epoch was fenced. */
active proctype Trim() {
  byte s;
end:
  do
  :: atomic { s = 1; do :: s < N -> s++ :: break od;
       if
#ifdef M_TRIMEARLY
       :: acked[s] != NONE && (object[s] == FIRST || object[s] == OTHER) -> object[s] = NONE
#endif
#ifdef M_TRIMFENCE
       :: complete && object[s] == FENCE -> object[s] = NONE
#endif
       :: s < covered && (object[s] == FIRST || object[s] == OTHER) -> object[s] = NONE
       :: else
       fi;
       s = 0 }
  od
}

active proctype Network() {
end:
  do
  :: atomic { lateAt != 0 ->
       if
       :: object[lateAt] == NONE -> object[lateAt] = lateBytes
       :: true
       fi;
       lateAt = 0 }
  :: atomic { lateFence != 0 ->
       if
       :: object[lateFence] == NONE -> object[lateFence] = FENCE
       :: true
       fi;
       lateFence = 0 }
  od
}

/* The log takes a recoverer's commits unless another one that may still go on has made some. */
#define MINE (claim == 0 || claim == me || gone[claim])

proctype Recoverer(byte me) {
  byte base, seq, at, k;
  byte seen[N + 2];

  /* First the metadata log, then the storage. What is covered is asked for under the claim: nobody
     else's commits, and no trimming behind them, can move it then. */
  fenced = 1;
  atomic {
#ifndef M_NOCLAIM
    if :: (complete || !MINE) -> goto out :: else -> claim = me fi;
#endif
#ifdef M_LISTED
    base = 1;
    do :: base <= N && object[base] == NONE -> base++ :: else -> break od;
    if :: base > N -> base = 1 :: else fi;
#else
    base = covered;
#endif
    seq = base
  }
  do
  :: atomic { object[seq] == FIRST || object[seq] == OTHER ->
       seen[seq] = object[seq]; seq++ }
  :: atomic { object[seq] == FENCE -> break }
  :: atomic { object[seq] == NONE ->
#ifndef M_NOFENCE
       object[seq] = FENCE;
#endif
       break }
#ifdef M_UNKNOWNDONE
  :: atomic { unknowns > 0 && object[seq] == NONE -> unknowns--; break }
#endif
  :: atomic { unknowns > 0 && object[seq] == NONE -> unknowns--; object[seq] = FENCE }
  :: atomic { unknowns > 0 && lateFence == 0 && object[seq] == NONE ->
       unknowns--; lateFence = seq }
  /* It is stopped for good, and the log learns of it before anyone else may commit. */
  :: atomic { me == 1 && !gone[me] -> gone[me] = 1 }
     goto out
  od;
  at = base;
  do
  :: atomic { (at < seq && !gone[me] && !complete && MINE) ->
       claim = me;
       commitOne(at, seen[at]);
       /* When the log's answer gets lost, the same commit is sent again. */
       if :: at++ :: unknowns > 0 -> unknowns-- fi;
       check() }
  :: atomic { (at < seq && (gone[me] || complete || !MINE)) -> goto out }
  :: at >= seq -> break
  :: atomic { me == 1 && !gone[me] -> gone[me] = 1 }
     goto out
  od;
  /* Whoever has read it all says so; saying it twice changes nothing. */
  atomic {
    if
    :: (!gone[me] && MINE) -> complete = 1; check()
    :: else
    fi
  }
out: skip
}

init {
  atomic { run Recoverer(1); run Recoverer(2) }
}
