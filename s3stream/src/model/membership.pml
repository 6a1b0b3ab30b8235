/*
 * Who is a member of a cluster, by which number, and who says that one is gone: decision 0023.
 * The metadata log is one order of records here; that it is one is the matter of metadata-log.pml.
 * Processes register through whoever leads, over calls whose answers get lost and which arrive late.
 * Processes 1 and 2 run one after the other, or as clones, on a machine that keeps a secret, its id
 * and a count of its starts; process 3 is on another, which has none. Time is in ticks.
 *
 * At most one process is well: it lives to the end and reaches the leader in every tick. Rules:
 *   - a well process is never fenced, once it is registered;
 *   - no id is given twice, also when the node that had it was removed;
 *   - a process has one id and one epoch, whatever answers were lost;
 *   - a registration of a process that has ended unseats no later one of its machine;
 *   - the number under which a process took the log over is its own.
 *
 * Mutants, each of which breaks a rule:
 *   M_REUSE      a new id is the greatest in the image plus one
 *   M_AGAIN      a registration that is repeated is a new one
 *   M_NOHOLDER   an id's holder that lives is unseated without its secret
 *   M_OLDCLOCK   a new leader counts silence from before it led
 *   M_TAKEOVERCLOCK  it counts from its takeover, not from when it serves others
 *   M_NOSTART    equal secrets are enough: the count of starts is not compared
 *   M_BLINDNUMBER one that takes over does not look for a registration of its own
 *   M_LATELEADER a leader serves others before it has registered itself
 *   M_PASSEDON   what a leader that stood still holds for silence is written by its successor
 *   M_UNASKED    one that leads and has no number yet does not call who holds the one it wants
 */
#ifndef LAST
#define LAST 3
#endif
#ifndef TAKEOVERS
#define TAKEOVERS 2
#endif
#ifndef LOST
#define LOST 1
#endif
#ifndef REMOVALS
#define REMOVALS 1
#endif
#define PATIENCE 1
#define P 3
#define PAST 4           /* a process that ended before all this */
#ifndef IDS
#define IDS 5
#endif
#define NONE 0
#define ANY 0

byte now;
bool over;

/* The image: what the log's records make. Row by id; epochs grow. */
byte holder[IDS];       /* process whose registration the row is */
byte epoch[IDS];
bool live[IDS];
byte secret[IDS];
byte start[IDS];
byte lastId;
byte lastEpoch;
bool given[IDS];
bool removed[IDS];

/* The leader of the moment. */
byte leader = NONE;
byte number;            /* under which it took over */
bool serving;           /* its own registration is applied */
byte contact[IDS];
byte servesSince;
byte takeovers = TAKEOVERS;
byte lost = LOST;
byte removals = REMOVALS;

/* Processes. */
bool begun[P + 2];
bool ended[P + 2];
bool refused[P + 2];
bool met[P + 2];        /* reached the leader in this tick */
byte well = NONE;
byte myId[P + 2];
byte myEpoch[P + 2];
byte wants[P + 2];
bool sent[P + 2];       /* a copy of its registration is under way, however late */
byte machineId = ANY;   /* in the data directory of processes 1 and 2 */

#define SECRET(p) ((p) == 3 -> 0 : 1)
#define START(p) ((p) == PAST -> 0 : (p))
#ifdef M_UNASKED
#define ANSWERS(p) false
#else
#define ANSWERS(p) ((p) == well)
#endif
#define LIVES(p) (begun[p] && !ended[p])

inline ADMIT(p, i) {
  lastEpoch++;
  holder[i] = p; epoch[i] = lastEpoch; live[i] = true; secret[i] = SECRET(p); start[i] = START(p);
  contact[i] = now;
  if :: i > lastId -> lastId = i :: else fi
}

/* Applies p's registration. answer: 1 registered as id `got`, 2 fenced, 3 refused: held. */
inline REGISTER(p, answer, got, j) {
  answer = 0; got = NONE; j = 1;
  do
  :: j >= IDS -> break
  :: j < IDS && holder[j] == p ->
#ifdef M_AGAIN
     if :: wants[p] != ANY -> got = j :: else fi; break
#else
     got = j; break
#endif
  :: j < IDS && holder[j] != p -> j++
  od;
  if
  :: got != NONE && live[got] ->
#ifdef M_AGAIN
     ADMIT(p, got);
#endif
     answer = 1
  :: got != NONE && !live[got] -> answer = 2
  :: got == NONE && wants[p] == ANY ->
#ifdef M_REUSE
     got = 1; j = 1;
     do :: j >= IDS -> break :: j < IDS -> if :: holder[j] != NONE -> got = j + 1 :: else fi; j++ od;
#else
     got = lastId + 1;
#endif
     if
     :: got >= IDS -> got = NONE                  /* beyond this search */
     :: got < IDS -> assert(!given[got]); given[got] = true; ADMIT(p, got); answer = 1
     fi
  :: got == NONE && wants[p] != ANY ->
     got = wants[p];
     if
     :: removed[got] -> answer = 3
     :: !removed[got] && holder[got] == NONE -> given[got] = true; ADMIT(p, got); answer = 1
     :: !removed[got] && holder[got] != NONE && SECRET(p) == 1 && secret[got] == 1 ->
        if
#ifndef M_NOSTART
        :: START(p) < start[got] -> answer = 2
        :: START(p) > start[got] ->
#else
        :: true ->
#endif
           assert(!(ended[p] && LIVES(holder[got]) && START(holder[got]) > START(p)));
           assert(!live[got] || holder[got] != well);
           ADMIT(p, got); answer = 1
        fi
     :: !removed[got] && holder[got] != NONE && !(SECRET(p) == 1 && secret[got] == 1) ->
        if
        :: !live[got] -> ADMIT(p, got); answer = 1
#ifdef M_NOHOLDER
        :: live[got] -> assert(holder[got] != well); ADMIT(p, got); answer = 1
#else
        :: live[got] -> answer = 3
#endif
        fi
     fi
  fi
}

/* Silence counts from `now`, for all. */
inline COUNT(j) {
  j = 1;
  do :: j >= IDS -> break :: j < IDS -> contact[j] = now; j++ od;
  j = 0
}

inline BEGIN_COUNT(j) {
#ifdef M_OLDCLOCK
  skip
#else
  COUNT(j)
#endif
}

inline SERVE(j) {
  serving = true; servesSince = now;
#if defined(M_OLDCLOCK) || defined(M_TAKEOVERCLOCK)
  skip
#else
  COUNT(j)
#endif
}

inline TAKE_IN(p, answer, got) {
  if
  :: answer == 1 ->
     assert(myId[p] == NONE || (myId[p] == got && myEpoch[p] == epoch[got]));
     myId[p] = got; myEpoch[p] = epoch[got]; met[p] = true;
     if :: p != 3 -> machineId = got :: else fi
  :: answer == 2 -> ended[p] = true; assert(p != well)
  :: answer == 3 -> met[p] = true; refused[p] = true
  :: else
  fi
}

proctype Process(byte p) {
  byte answer, got, j;
  do
  :: over -> break
  :: ended[p] -> break
  :: atomic { p != well && !ended[p] && !over -> ended[p] = true; if :: leader == p -> leader = NONE; serving = false :: else fi }
  /* Registers through the leader. */
  :: atomic { LIVES(p) && !over && myId[p] == NONE && serving && leader != p && !met[p] ->
       sent[p] = true;
       REGISTER(p, answer, got, j);
       if
       :: TAKE_IN(p, answer, got)
       :: lost > 0 -> lost--                     /* done, and the answer is lost */
       fi;
       answer = 0; got = 0; j = 0 }
  /* A call that is still under way when its sender has given up, or has ended. */
  :: atomic { LIVES(p) && !over && myId[p] == NONE && !sent[p] && lost > 0 -> lost--; sent[p] = true }
  /* Contact. */
  :: atomic { LIVES(p) && !over && myId[p] != NONE && serving && !met[p] ->
       met[p] = true;
       if
       :: holder[myId[p]] == p && live[myId[p]] -> contact[myId[p]] = now
       :: else -> assert(p != well); ended[p] = true;
          if :: leader == p -> leader = NONE; serving = false :: else fi
       fi }
  /* Takes over, whether or not it should, and registers itself. */
  :: atomic { LIVES(p) && !over && takeovers > 0 && leader != p ->
       takeovers--; leader = p; serving = false;
       /* It has read to the end, and sees a registration of its own whose answer was lost. */
       number = NONE; j = 1;
#ifndef M_BLINDNUMBER
       do :: j >= IDS -> break :: j < IDS -> if :: holder[j] == p -> number = j :: else fi; j++ od;
#endif
       if
       :: number != NONE
       :: number == NONE && myId[p] != NONE -> number = myId[p]
       :: number == NONE && myId[p] == NONE && wants[p] != ANY -> number = wants[p]
       :: number == NONE && myId[p] == NONE && wants[p] == ANY -> number = lastId + 1
       fi;
       BEGIN_COUNT(j);
#ifdef M_LATELEADER
       SERVE(j)
#else
       if :: myId[p] != NONE -> SERVE(j) :: else fi
#endif
     }
  :: atomic { LIVES(p) && !over && leader == p && myId[p] == NONE ->
       REGISTER(p, answer, got, j);
       TAKE_IN(p, answer, got);
       if
       :: answer == 1 ->
          assert(got == number || wants[p] != ANY);
          SERVE(j)
       :: else -> leader = NONE; serving = false
       fi;
       answer = 0; got = 0; j = 0 }
  od
}

/* Late copies of registrations, also of processes that have ended. */
active proctype Net() {
  byte answer, got, j, p;
  do
  :: over -> break
  :: atomic { serving && !over ->
       if
       :: sent[1] && ended[1] -> p = 1
       :: sent[2] && ended[2] -> p = 2
       :: sent[3] && ended[3] -> p = 3
       :: else
       fi;
       if
       :: p != 0 -> sent[p] = false; REGISTER(p, answer, got, j)
       :: else
       fi;
       answer = 0; got = 0; j = 0; p = 0 }
  od
}

/* What the leader does: fences the silent; at a person's word it removes nodes that are fenced. */
active proctype Leader() {
  byte i;
  do
  :: over -> break
  :: atomic { serving && !over ->
       i = 1;
       do
       :: i >= IDS -> break
       :: i < IDS && live[i] && holder[i] != leader && now - contact[i] > PATIENCE ->
          assert(holder[i] != well); live[i] = false; break
       :: else -> i++
       od;
       i = 0 }
#ifdef M_PASSEDON
  /* One that led before and wakes: to it, everybody has been silent. */
  :: atomic { serving && !over && takeovers < TAKEOVERS - 1 ->
       i = 1;
       do
       :: i >= IDS -> break
       :: i < IDS && live[i] -> assert(holder[i] != well); live[i] = false; break
       :: else -> i++
       od;
       i = 0 }
#endif
  /* One that leads cannot be reached before it has registered: it calls who holds its number. */
  :: atomic { leader != NONE && !serving && !over && wants[leader] != ANY ->
       i = wants[leader];
       if
       :: live[i] && holder[i] != leader && SECRET(leader) != secret[i] && now - contact[i] > PATIENCE && !ANSWERS(holder[i]) -> assert(holder[i] != well); live[i] = false
       :: else
       fi;
       i = 0 }
  :: atomic { serving && !over && removals > 0 ->
       i = 1;
       do
       :: i >= IDS -> break
       :: i < IDS && holder[i] != NONE && !live[i] && !removed[i] ->
          removals--; removed[i] = true; holder[i] = NONE; epoch[i] = 0; secret[i] = 0; start[i] = 0; break
       :: else -> i++
       od;
       i = 0 }
  od
}

/* The well process reaches a leader that serves in every tick. */
#define WELL_HAS_MET (well == NONE || !begun[well] || met[well] || !serving || leader == well)
#define HAS_MET(p) (!LIVES(p) || met[p] || !serving || leader == p)

active proctype Ticks() {
  byte p;
  atomic {
    if :: well = 1 :: well = 3 :: skip fi;
    if :: wants[3] = ANY :: wants[3] = 1 fi;
    ended[PAST] = true;
    if
    :: skip
    :: machineId = 1; given[1] = true; lastId = 1; lastEpoch = 1;      /* the machine's second life */
       holder[1] = PAST; epoch[1] = 1; live[1] = true; secret[1] = 1
    fi;
    wants[1] = machineId; begun[1] = true;
    run Process(1)
  }
  do
  :: atomic { now < LAST && WELL_HAS_MET ->
       now++;
       p = 1; do :: p > P -> break :: else -> met[p] = false; refused[p] = false; p++ od; p = 0 }
  :: atomic { !begun[2] && well != 1 && (myId[1] != NONE || ended[1]) && now < LAST -> wants[2] = machineId; begun[2] = true; run Process(2) }
  :: atomic { !begun[3] && now < LAST -> begun[3] = true; run Process(3) }
  :: now == LAST -> break
  od;
  HAS_MET(1) && HAS_MET(2) && HAS_MET(3);
  atomic {
    over = true;
  }
}
