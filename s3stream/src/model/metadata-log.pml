/*
 * The metadata log over a bucket that has create-if-absent, GET, strong LIST and DELETE, that may
 * lose an answer or apply a put late, and that forgets what was deleted.
 *
 * Modelled: NN processes that follow, take over, append and crash; one late put each; clean-up at or
 * below the newest snapshot, by anyone, with types known from the chain and not looked up. A process
 * keeps what it has applied when it starts over; only a crash sends it back to the snapshot. What a
 * leader has written it pushes to the others: a push may be lost, come at any time later, and again.
 * Slots are numbered from 1 to MAXS, entries by when they were made.
 *
 * Checked: an acked entry is the first that was ever in its slot; a leader's TAKEOVER is that too;
 * what a process applied is the chain of such first entries; a put that was answered "not made" is
 * never found in the chain.
 *
 * Mutants, each of which must fail:
 *   M_NOLIST      a TAKEOVER is believed without a LIST beyond it
 *   M_NOCHAIN     entries are read without comparing what they chain on
 *   M_GCTK        clean-up deletes TAKEOVERs too
 *   M_GCMAX       clean-up deletes the highest slot
 *   M_REBIND      after an unknown answer other bytes are put
 *   M_404FAIL     an entry that is not found is answered "not made"
 *   M_OTHERFAIL   so is one in whose slot another is found (its own was there first, and collected)
 *   M_BARE404     a reader takes a missing slot for the end
 *   M_EAGER       a reader applies a TAKEOVER as soon as it chains
 *   M_PUSHEARLY   a slot is pushed before its put is answered
 *   M_PUSHTK      a TAKEOVER is pushed before the LIST beyond it
 *   M_PUSHKEEPS   a reader that applies a pushed slot keeps what it has read beyond
 *
 * ./check runs them all.
 */
#ifndef MAXS
#define MAXS 3
#endif
#ifndef NN
#define NN 2
#endif
#ifndef AMB
#define AMB 1          /* unknown answers in the whole run */
#endif
#ifndef CRASH
#define CRASH 1
#endif
#define NONE 0
#define DATA 1
#define TAKEOVER 2
#define IDS 32

/* The bucket, per slot: what is there now. */
byte type[MAXS + 2], id[MAXS + 2], prev[MAXS + 2];
/* What was there first, ever. */
byte firstId[MAXS + 2], firstType[MAXS + 2];
byte snapSlot = 0, snapId = 0;

byte nextId = 1, unknowns = AMB, crashes = CRASH;
bit notMade[IDS];

/* What was pushed, per slot. */
byte pushedId[MAXS + 2], pushedPrev[MAXS + 2];

/* A put that is still under way in the network. */
bit late[NN];
byte lateSlot[NN], lateType[NN], lateId[NN], latePrev[NN];

#define PUSH pushedId[slot] = mine; pushedPrev[slot] = headId

/* The next slot was pushed here. */
#define NEXT_PUSHED (applied < MAXS && pushedId[applied + 1] != 0 && pushedPrev[applied + 1] == appliedId)

inline create(slot_, type_, id_, prev_, done_) {
  if
  :: type[slot_] == NONE ->
       type[slot_] = type_; id[slot_] = id_; prev[slot_] = prev_;
       if
       :: firstId[slot_] == 0 ->
            firstId[slot_] = id_; firstType[slot_] = type_;
            assert(!notMade[id_])
       :: else
       fi;
       done_ = 1
  :: else -> done_ = 0
  fi
}

/* Highest slot with an object above from_, 0 if none. */
inline listAfter(from_, found_) {
  found_ = 0; k = from_ + 1;
  do
  :: k > MAXS -> break
  :: else ->
       if :: type[k] != NONE && found_ == 0 -> found_ = k :: else fi;
       k++
  od;
  k = 0
}

active [NN] proctype Process() {
  byte applied = 0, appliedId = 0;   /* a prefix of the chain, for good */
  byte head = 0, headId = 0;         /* with TAKEOVERs that are provisional */
  bit strayed = 0;                   /* something before head is not of the chain */
  byte slot, mine, kind, done, found, k;
  byte me = _pid;

crashed:
  atomic { applied = snapSlot; appliedId = snapId }

restart:
  /* Forward to a newer snapshot, never back. */
  atomic {
    if :: snapSlot > applied -> applied = snapSlot; appliedId = snapId :: else fi;
    head = applied; headId = appliedId; strayed = 0
  }

read:
  do
  :: atomic { head < MAXS && type[head + 1] != NONE ->
#ifndef M_NOCHAIN
       if :: prev[head + 1] != headId -> goto restart :: else fi;
#endif
       head++; headId = id[head];
       if :: firstId[head] != headId -> strayed = 1 :: else fi;
#ifdef M_EAGER
       applied = head; appliedId = headId; assert(!strayed)
#else
       if
       :: type[head] == DATA -> applied = head; appliedId = headId; assert(!strayed)
       :: else
       fi
#endif
     }
  :: atomic { NEXT_PUSHED ->
       applied++; appliedId = pushedId[applied];
       assert(firstId[applied] == appliedId);
#ifdef M_PUSHKEEPS
       if :: head < applied -> head = applied; headId = appliedId :: else fi
#else
       head = applied; headId = appliedId; strayed = 0
#endif
     }
  :: atomic { head < MAXS && type[head + 1] == NONE -> break }
  :: head >= MAXS -> goto end
  od;
#ifndef M_BARE404
  /* The answer of the GET is old by now: things happen before the LIST. */
  atomic {
    listAfter(head, found);
    if
    :: found == head + 1 -> found = 0; goto read
    :: found > head + 1 -> found = 0; goto restart
    :: else -> found = 0
    fi
  }
#endif
  atomic { applied = head; appliedId = headId; assert(!strayed) }
  if
  :: goto read                       /* goes on following */
  :: skip
  fi;
  atomic { slot = head + 1; mine = nextId; nextId++; kind = TAKEOVER }
  goto put;

tookOver:
#ifdef M_PUSHTK
  atomic { PUSH };
#endif
#ifndef M_NOLIST
  atomic {
    listAfter(slot, found);
    if :: found != 0 -> found = 0; goto restart :: else fi
  }
#endif
  atomic { assert(firstId[slot] == mine); PUSH;
           applied = slot; appliedId = mine; head = slot; headId = mine; done = 0;
           assert(!strayed) }

lead:
  do
  :: applied >= MAXS -> goto end
  :: atomic { applied < MAXS -> slot = applied + 1; mine = nextId; nextId++; kind = DATA; goto put }
  :: NEXT_PUSHED -> goto read        /* by who has deposed this one */
  :: atomic { applied > snapSlot -> snapSlot = applied; snapId = appliedId }
  :: atomic { crashes > 0 -> crashes--; goto crashed }
  od;

wrote:
  atomic { assert(firstId[slot] == mine); PUSH;
           applied = slot; appliedId = mine; head = slot; headId = mine }
  goto lead;

put:
#ifdef M_PUSHEARLY
  atomic { PUSH };
#endif
  if
  :: atomic { create(slot, kind, mine, headId, done) }
  :: atomic { unknowns > 0 -> unknowns--; create(slot, kind, mine, headId, done); goto unknown }
  :: atomic { unknowns > 0 && !late[me] -> unknowns--;
       late[me] = 1; lateSlot[me] = slot; lateType[me] = kind; lateId[me] = mine;
       latePrev[me] = headId; goto unknown }
  fi;
  if
  :: done == 1 -> done = 0;
       if :: kind == TAKEOVER -> goto tookOver :: else -> goto wrote fi
  :: else -> skip
  fi;
  /* Exists. Whose? */
  if
  :: atomic { type[slot] != NONE && id[slot] == mine -> done = 0 }
       if :: kind == TAKEOVER -> goto tookOver :: else -> goto wrote fi
  :: atomic { type[slot] != NONE && id[slot] != mine ->
#ifdef M_OTHERFAIL
       assert(kind == TAKEOVER || firstId[slot] != mine);
#endif
       goto read }
  :: type[slot] == NONE -> goto put
  fi;

unknown:
#ifdef M_REBIND
  atomic { mine = nextId; nextId++ }
#endif
#ifdef M_404FAIL
  if :: atomic { type[slot] == NONE -> notMade[mine] = 1; mine = nextId; nextId++ } :: else fi;
#endif
  if
  :: goto put
  :: atomic { crashes > 0 -> crashes--; goto crashed }
  fi;
end: skip
}

active proctype Network() {
  byte i, done;
end:
  do
  :: atomic { late[0] -> late[0] = 0;
       if :: create(lateSlot[0], lateType[0], lateId[0], latePrev[0], done) :: skip fi; done = 0 }
  :: atomic { late[1] -> late[1] = 0;
       if :: create(lateSlot[1], lateType[1], lateId[1], latePrev[1], done) :: skip fi; done = 0 }
  od
}

#ifdef M_GCTK
#define DELETABLE(s) (firstType[s] != NONE)
#else
#define DELETABLE(s) (firstType[s] == DATA)
#endif

/* Goes by the type that the chain has in a slot; what is in it by now may be a stray. */
active proctype CleanUp() {
  byte victim, highest, k;
end:
  do
  :: atomic { snapSlot > 0 ->
       highest = 0; k = 1;
       do :: k > MAXS -> break :: else -> if :: type[k] != NONE -> highest = k :: else fi; k++ od;
       k = 0; victim = 1;
       do :: victim < snapSlot -> victim++ :: break od;
#ifdef M_GCMAX
       highest = 0;
#endif
       if
       :: DELETABLE(victim) && victim != highest ->
            type[victim] = NONE; id[victim] = 0; prev[victim] = 0
       :: else
       fi;
       victim = 0; highest = 0
     }
  od
}
