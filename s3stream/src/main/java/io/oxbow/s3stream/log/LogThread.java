package io.oxbow.s3stream.log;

import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.log.format.LogPosition;
import io.oxbow.s3stream.log.format.Slot;
import io.oxbow.s3stream.log.push.Lookout;
import io.oxbow.s3stream.log.push.PushedSlots;
import io.oxbow.s3stream.log.push.RecentSlots;
import io.oxbow.s3stream.store.ObjectStore;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the log's own thread: follows, takes over when asked, and leads until deposed. */
final class LogThread implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(LogThread.class);
    private static final UUID NOBODY = new UUID(0, 0);

    /**
     * Time after which a put without an answer makes the log unhealthy: topic changes do not
     * succeed meanwhile.
     */
    private static final Duration UNANSWERED = Duration.ofSeconds(5);

    /** Number of unanswered polls that make the log unhealthy; a single failed request does not. */
    private static final int LOOKS_UNANSWERED = 2;

    /**
     * Factor by which an idle leader looks for a rival less often than a follower does for slots.
     * Each look is a request, and to learn late of having been deposed costs no safety.
     */
    private static final int POLLS_PER_IDLE_LOOK = 10;

    /** The same factor after a look without an answer, which is to be made up for. */
    private static final int POLLS_PER_REPEATED_LOOK = 4;

    /** Time in which a slot that is written is pushed to here, if it is. */
    private static final Duration PUSH = Duration.ofMillis(200);

    private static final Duration END_IS_OLD = Duration.ofSeconds(1);

    private final LogConfig config;
    private final Environment environment;
    private final Component health;
    private final Pauses pauses;
    private final Wakeup wakeup;
    private final AppendQueue queue;
    private final ApplicationFeed feed = new ApplicationFeed();
    private final BucketApplicationLog application;
    private final SlotObjects slots;
    private final RecentSlots recent = new RecentSlots();
    private final PushedSlots pushed = new PushedSlots();
    private final Lookout lookout;
    private final Replica replica;
    private final Follower follower;
    private final Candidate candidate;
    private final Leader leader;
    private final Receptionist receptionist;
    private final SnapshotWriter snapshotWriter;
    private final AtomicBoolean publishing = new AtomicBoolean();
    private @Nullable Thread publishingThread;
    private final TakeoverRequest.Queue takeovers = new TakeoverRequest.Queue();
    private volatile int looksUnanswered;
    private volatile boolean joined;
    private volatile boolean questionsExpected;
    private volatile long answeredNanos;
    private final Progress applied;

    /** Questions for the log's end; one look at the bucket that begins after them answers all. */
    private final AtomicLong asked = new AtomicLong();

    private final Progress ends;

    /** Time at which a follower's look began that has not ended; 0 when none is under way. */
    private volatile long lookSinceNanos;

    private final LeaderWatch leaders = new LeaderWatch();
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();

    /** Last slot that was told to those who wait and watch; the log's own thread's alone. */
    private long toldSlot = -1;

    LogThread(ObjectStore store, LogConfig config, Environment environment) {
        this.config = config;
        this.environment = environment;
        health = environment.health().essential("metadata-log", Policy.END_PROCESS);
        pauses = new Pauses(environment, config.retryAtLeast(), config.retryAtMost());
        wakeup = new Wakeup(environment.clock());
        applied = new Progress(environment.clock());
        ends = new Progress(environment.clock());
        health.watch(this::impediment);
        queue = new AppendQueue(environment.clock(), config, wakeup::signal);
        application = new BucketApplicationLog(queue, feed, environment);
        replica = new Replica(feed, queue, recent);
        lookout = new Lookout(environment.clock(), config.pollInterval(), replica::position);
        pauses.yieldTo(pushed::isWaiting);
        slots = new SlotObjects(store, pauses);
        var snapshots = new Snapshots(store, pauses);
        var writer = new EntryWriter(slots, config, environment);
        follower = new Follower(slots, snapshots, replica, feed, pauses, environment, endIsOld());
        var newcomer = new Newcomer(store, slots, config, environment, pauses);
        candidate = new Candidate(slots, writer, follower, replica, config, newcomer, pauses);
        receptionist = new Receptionist(store, environment.clock());
        leader = new Leader(writer, replica, queue, feed);
        snapshotWriter = new SnapshotWriter(store, pauses, snapshots, replica, writer::randomId);
    }

    /**
     * Returns a time in which no slot is both written and collected: that takes two snapshots, and
     * no store takes a slot per millisecond.
     */
    private Duration endIsOld() {
        Duration snapshots = Duration.ofMillis(config.snapshotEverySlots());
        return snapshots.compareTo(END_IS_OLD) < 0 ? snapshots : END_IS_OLD;
    }

    Replica replica() {
        return replica;
    }

    AppendQueue queue() {
        return queue;
    }

    BucketApplicationLog application() {
        return application;
    }

    MetadataLog.Leadership leadership() {
        MetadataLog.Leadership known = feed.leadership();
        long slot = replica.position().slot();
        return known == null
                ? new MetadataLog.Leadership(0, -1, NOBODY, false, slot)
                : new MetadataLog.Leadership(
                        known.leaderEpoch(),
                        known.nodeId(),
                        known.incarnation(),
                        known.here(),
                        slot);
    }

    /** Reads the log to its end; called before the thread starts. */
    void recover() {
        follower.begin();
        follower.catchUp();
        tell();
    }

    /** Tells those who wait how far the log is applied, and who leads. */
    private void tell() {
        LogPosition place = replica.position();
        if (place.slot() != toldSlot) {
            toldSlot = place.slot();
            applied.reach(toldSlot);
            watchers.forEach(Runnable::run);
        }
        leaders.look(place.leader().leaderEpoch());
    }

    void onApplied(Runnable watcher) {
        watchers.add(watcher);
    }

    List<byte[]> recent(long slot, int bytesMax) {
        return recent.from(slot, bytesMax);
    }

    void leaderIsAt(int leaderEpoch, long slot) {
        if (lookout.tell(leaderEpoch, slot)) {
            wakeup.signal();
        }
    }

    long push(List<byte[]> encoded, Duration limit) throws InterruptedException {
        long last = pushed.offer(encoded, replica.position().slot());
        pauses.wake();
        wakeup.signal();
        applied.await(last, limit);
        return replica.position().slot();
    }

    void onLeader(IntConsumer watcher) {
        leaders.add(watcher);
    }

    Duration bucketSilence() {
        return since(answeredNanos);
    }

    void expectQuestions(boolean expected) {
        if (questionsExpected != expected) {
            questionsExpected = expected;
            wakeup.signal();
        }
    }

    void join() {
        joined = true;
        wakeup.signal();
    }

    /** Looks for new slots at once; a leader has them all. */
    void look() {
        if (!queue.leading() && !lookout.isTold()) {
            lookout.want();
            wakeup.signal();
        }
    }

    boolean awaitApplied(long slot, Duration limit) throws InterruptedException {
        if (lookout.isTold() && applied.await(slot, limit.compareTo(PUSH) < 0 ? limit : PUSH)) {
            return true;
        }
        if (replica.position().slot() < slot) {
            lookout.want();
            wakeup.signal();
        }
        return applied.await(slot, limit);
    }

    boolean awaitEnd(Duration limit) throws InterruptedException {
        long question = asked.incrementAndGet();
        wakeup.signal();
        return ends.await(question, limit);
    }

    TakeoverRequest submit(TakeoverRequest request) {
        takeovers.add(request);
        wakeup.signal();
        return request;
    }

    void stop() {
        pauses.stop();
        wakeup.signal();
    }

    void publishSnapshot() {
        snapshotWriter.publish(application.snapshotSource());
    }

    @Override
    public void run() {
        Throwable cause = null;
        try {
            while (!pauses.isStopped()) {
                step();
                tell();
            }
            if (queue.leading() && !queue.unsettled()) {
                leader.resign();
            }
        } catch (StoppedException e) {
            LOG.debug("Stopped in the middle of a request");
        } catch (Throwable e) {
            cause = e;
        } finally {
            end(cause);
        }
    }

    private void end(@Nullable Throwable cause) {
        if (queue.leading()) {
            leader.end();
        }
        if (cause == null) {
            health.stopped();
        } else {
            health.failed(cause);
        }
        queue.stop(cause);
        pauses.stop();
        applied.close();
        ends.close();
        feed.close();
        Thread background = publishingThread;
        if (background != null) {
            joined(background);
        }
        takeovers.end();
    }

    /** Waits for the end of {@code thread}, even if interrupted. */
    static void joined(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void step() {
        takePushed();
        TakeoverRequest request = takeovers.poll();
        if (request != null) {
            takeOver(request);
        } else if (queue.leading()) {
            lead();
        } else {
            tellWhoLeads();
            if (lookout.isDue() || !ends.has(asked.get()) || replica.snapshotIsDue(config)) {
                follow();
            }
            wakeup.await(lookout.pause());
        }
    }

    /**
     * Applies the slots that were pushed, and leads no more when another process wrote the next.
     */
    private void takePushed() {
        Slot slot;
        while ((slot = pushed.poll()) != null) {
            if (follower.isNext(slot)) {
                if (queue.leading()) {
                    LOG.warn("Deposed: slot {} is another's", slot.entry().slot());
                    leader.end();
                }
                follower.take(slot);
            } else if (slot.entry().slot() > replica.position().slot()) {
                lookout.want();
            }
        }
        tell();
    }

    private void follow() {
        long question = asked.get();
        lookout.begin();
        lookSinceNanos = environment.clock().nanoTime();
        try {
            pauses.yielding(follower::look);
            tell();
            ends.reach(question);
            if (replica.snapshotIsDue(config)) {
                pauses.yielding(follower::trim);
            }
        } catch (Pauses.PushWaiting e) {
            follower.reset();
            lookout.want();
        } finally {
            lookSinceNanos = 0;
        }
    }

    private void takeOver(TakeoverRequest request) {
        try {
            if (!queue.leading()) {
                pauses.yielding(() -> candidate.takeOver(request.check()));
                answered();
                // No member reaches this process by network before it has registered.
                questionsExpected |= joined;
                leader.begin();
                receptionist.begin();
            }
            request.complete(leadership());
        } catch (Pauses.PushWaiting e) {
            follower.reset();
            takeovers.putBack(request);
        } catch (LeaderAliveException e) {
            request.fail(e);
        } catch (RuntimeException | Error e) {
            request.fail(e);
            throw e;
        }
    }

    /**
     * Returns the reason why a topic change would not succeed now, or null; called by any thread.
     */
    private @Nullable String impediment() {
        if (looksUnanswered >= LOOKS_UNANSWERED) {
            return "the bucket does not answer";
        }
        long put = queue.putSinceNanos();
        if (lasts(put)) {
            return "the bucket has not taken slot %d for %d s"
                    .formatted(replica.position().slot() + 1, since(put).toSeconds());
        }
        long look = lookSinceNanos;
        return lasts(look)
                ? "a look for slot %d and what follows has taken %d s"
                        .formatted(replica.position().slot() + 1, since(look).toSeconds())
                : null;
    }

    private boolean lasts(long sinceNanos) {
        return sinceNanos != 0 && since(sinceNanos).compareTo(UNANSWERED) >= 0;
    }

    private Duration since(long nanos) {
        return Duration.ofNanos(environment.clock().nanoTime() - nanos);
    }

    private void tellWhoLeads() {
        LogPosition place = replica.position();
        if (joined && !place.resigned()) {
            health.running();
            return;
        }
        health.retrying(
                place.resigned()
                        ? "nobody leads since epoch %d".formatted(place.leader().leaderEpoch())
                        : "node %d leads at epoch %d, this process follows"
                                .formatted(place.leader().nodeId(), place.leader().leaderEpoch()));
    }

    private void lead() {
        health.running();
        switch (queue.next()) {
            case AppendQueue.Write write -> {
                long question = asked.get();
                leader.write(write.group());
                answered();
                if (queue.leading()) {
                    ends.reach(question);
                }
                afterWrite();
            }
            case AppendQueue.Resign ignored -> {
                leader.resign();
                follower.reset();
            }
            case AppendQueue.WaitFor wait -> wakeup.await(wait.duration());
            case AppendQueue.WaitForSignal ignored -> {
                if (ends.has(asked.get()) || looksUnanswered > 0) {
                    wakeup.await(idleWait());
                }
                if (queue.isIdle()) {
                    lookWhetherDeposed();
                }
                // Whoever asks takes a slot that was written for an answer: only idle leaders look.
                if (queue.leading() && queue.isIdle()) {
                    receptionist.look(replica.position().leader(), questions().look());
                }
            }
        }
    }

    /**
     * Looks for a slot of another leader. A leader learns by writing that it leads no more: one
     * that has nothing to write would stay leader for ever, its image would age, and it would not
     * see itself fenced.
     */
    private void lookWhetherDeposed() {
        long question = asked.get();
        SlotObjects.Sight sight = leader.lookAhead(slots);
        if (sight == SlotObjects.Sight.TAKEN) {
            leader.end();
            follower.reset();
        }
        if (sight == SlotObjects.Sight.FREE) {
            ends.reach(question);
        }
        if (sight == SlotObjects.Sight.NO_ANSWER) {
            looksUnanswered++;
        } else {
            answered();
        }
    }

    private void answered() {
        looksUnanswered = 0;
        answeredNanos = environment.clock().nanoTime();
    }

    private LogConfig.Questions questions() {
        return questionsExpected ? config.members() : config.questions();
    }

    private Duration idleWait() {
        boolean repeats = looksUnanswered > 0 || receptionist.isUnanswered();
        Duration wait =
                config.pollInterval()
                        .multipliedBy(repeats ? POLLS_PER_REPEATED_LOOK : POLLS_PER_IDLE_LOOK);
        Duration look = questions().look();
        return look.compareTo(wait) < 0 ? look : wait;
    }

    private void afterWrite() {
        if (!queue.leading()) {
            follower.reset();
        } else if (replica.snapshotIsDue(config) && publishing.compareAndSet(false, true)) {
            publishingThread = environment.threads().newThread(this::publishInBackground);
            publishingThread.start();
        }
    }

    private void publishInBackground() {
        try {
            publishSnapshot();
        } catch (StoppedException e) {
            LOG.debug("Stopped while a snapshot was being written");
        } catch (Throwable e) {
            // Nothing was deleted; the next one is due after as many slots.
            health.unexpected(e);
        } finally {
            publishing.set(false);
        }
    }
}
