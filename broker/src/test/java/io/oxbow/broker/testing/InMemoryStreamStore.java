package io.oxbow.broker.testing;

import io.oxbow.s3stream.AppendFilter;
import io.oxbow.s3stream.CommittedReader;
import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.OffsetOutOfRangeException;
import io.oxbow.s3stream.RewriteResult;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.StreamStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A {@link StreamStore} in memory that keeps its contract, with the faults that tests want. They
 * are acks that are held back, a WAL that fails, back-pressure, and a crash that loses what was not
 * durable.
 *
 * <p>Commits complete in order on a thread of the store's own, as those of a real WAL do. {@link
 * #crash} gives the store that a restarted node would open: what was durable is there, the rest is
 * gone.
 */
public final class InMemoryStreamStore implements StreamStore {

    private final InMemoryBucket bucket;
    private final long nodeEpoch;
    private final InMemoryWal wal;
    private final Map<StreamName, InMemoryStream> open = new LinkedHashMap<>();
    private final Set<String> readers = ConcurrentHashMap.newKeySet();
    private final List<Consumer<S3StreamException>> failureListeners = new CopyOnWriteArrayList<>();
    private final Set<StreamName> heldByOthers = ConcurrentHashMap.newKeySet();
    private final AtomicInteger failingCloses = new AtomicInteger();
    private final AtomicInteger failingUploads = new AtomicInteger();
    private volatile boolean closed;
    private volatile boolean crashed;
    private volatile int openEntries;

    public InMemoryStreamStore() {
        this(new InMemoryBucket());
    }

    private InMemoryStreamStore(InMemoryBucket bucket) {
        this.bucket = bucket;
        nodeEpoch = bucket.nextNodeEpoch();
        wal = new InMemoryWal(this::failed);
    }

    @Override
    public long nodeEpoch() {
        return nodeEpoch;
    }

    @Override
    public synchronized Map<StreamName, Stream> open(Collection<StreamName> names) {
        requireUsable();
        openEntries++;
        var streams = new LinkedHashMap<StreamName, Stream>();
        for (StreamName name : names) {
            streams.put(
                    name,
                    open.computeIfAbsent(
                            name, n -> new InMemoryStream(bucket.openContent(n), wal, readers)));
        }
        return streams;
    }

    @Override
    public List<StreamName> existing(Collection<StreamName> names) {
        requireUsable();
        return names.stream().filter(bucket::exists).toList();
    }

    @Override
    public List<StreamName> heldByOthers(Collection<StreamName> names) {
        return names.stream().filter(heldByOthers::contains).toList();
    }

    /** Names a stream that another node has open, until {@link #free}. */
    public void hold(StreamName name) {
        heldByOthers.add(name);
    }

    public void free(StreamName name) {
        heldByOthers.remove(name);
    }

    /** Lets so many closings fail, which leaves the streams open. */
    public void failCloses(int count) {
        failingCloses.set(count);
    }

    /** Lets so many uploads of some streams take too long. */
    public void failUploads(int count) {
        failingUploads.set(count);
    }

    /** Returns true if this node has the stream open. */
    public synchronized boolean isOpen(StreamName name) {
        return open.containsKey(name);
    }

    private static boolean take(AtomicInteger left) {
        return left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    }

    @Override
    public boolean upload(Collection<StreamName> names, Duration limit) {
        if (take(failingUploads)) {
            return false;
        }
        flush();
        return true;
    }

    @Override
    public void close(Collection<StreamName> names) {
        if (take(failingCloses)) {
            throw new S3StreamException(
                    "not uploaded in time", S3StreamException.Retry.RETRYABLE, null);
        }
        for (InMemoryStream stream : forget(names)) {
            stream.refuseAppends();
            wal.awaitIdle();
            stream.upload();
        }
    }

    @Override
    public void delete(Collection<StreamName> names) {
        forget(names).forEach(InMemoryStream::refuseAppends);
        bucket.delete(names);
    }

    private synchronized List<InMemoryStream> forget(Collection<StreamName> names) {
        requireUsable();
        var streams = new ArrayList<InMemoryStream>();
        for (StreamName name : names) {
            InMemoryStream stream = open.remove(name);
            if (stream != null) {
                streams.add(stream);
            }
        }
        return streams;
    }

    @Override
    public void flush() {
        requireUsable();
        wal.awaitIdle();
        synchronized (this) {
            open.values().forEach(InMemoryStream::upload);
        }
    }

    @Override
    public CommittedReader.Cursor readPaced(StreamName name, long fromOffset, long toOffset) {
        requireUsable();
        return bucket.content(name)
                .orElseThrow(() -> new OffsetOutOfRangeException("there is no " + name))
                .readCommitted(fromOffset, toOffset);
    }

    @Override
    public RewriteResult rewrite(
            StreamName name, long fromOffset, long toOffset, AppendFilter filter) {
        requireUsable();
        return bucket.content(name)
                .map(content -> content.rewrite(fromOffset, toOffset, filter))
                .orElseGet(() -> new RewriteResult.Stale(fromOffset, 0, 0, "there is no " + name));
    }

    @Override
    public void uploadSoon() {
        flush();
    }

    @Override
    public synchronized boolean hasUnuploaded(Collection<StreamName> names) {
        return names.stream()
                .map(open::get)
                .filter(java.util.Objects::nonNull)
                .anyMatch(stream -> stream.committedEndOffset() < stream.durableEndOffset());
    }

    @Override
    public void onFailure(Consumer<S3StreamException> listener) {
        failureListeners.add(listener);
    }

    @Override
    public void close() {
        if (!closed && !crashed && wal.failure() == null) {
            flush();
            closed = true;
            wal.stop();
        }
    }

    /** Holds commits until {@link #releaseCommits}. */
    public void holdCommits() {
        wal.hold(true);
    }

    /** Lets held commits, and all later ones, complete. */
    public void releaseCommits() {
        wal.hold(false);
    }

    /** Lets the oldest {@code count} held commits complete and goes on holding the rest. */
    public void releaseCommits(int count) {
        wal.release(count);
    }

    /** An append blocks while this many bytes or more are not durable yet. */
    public void limitUndurableBytes(long bytes) {
        wal.limitUndurableBytes(bytes);
    }

    /** Names of the threads that have appended. */
    public Set<String> appenders() {
        return wal.appenders();
    }

    /**
     * Returns the number of appends that wait for the bound set by {@link #limitUndurableBytes}.
     */
    public int blockedAppends() {
        return wal.blockedAppends();
    }

    /** Returns the number of appends that wait to become durable. */
    public int heldCommits() {
        return wal.pending();
    }

    /** Returns when at most this many commits are held and none is just being completed. */
    public void awaitHeldAtMost(int count) {
        wal.awaitPendingAtMost(count);
    }

    /** Returns when at least this many commits are held. */
    public void awaitHeldAtLeast(int count) {
        wal.awaitPendingAtLeast(count);
    }

    /** Returns when at least this many appends wait for the bound on what isn't durable. */
    public void awaitBlockedAppends(int count) {
        wal.awaitBlockedAppends(count);
    }

    /** Holds trims until {@link #releaseTrims}, as for an upload. */
    public void holdTrims() {
        wal.holdTrims(true);
    }

    public void releaseTrims() {
        wal.holdTrims(false);
    }

    /** Returns when at least this many trims wait. */
    public void awaitHeldTrims(int count) {
        wal.awaitHeldTrims(count);
    }

    /** Fails the WAL: every commit under way and every later append fails. */
    public void failWal() {
        wal.fail(
                new S3StreamException(
                        "the WAL's volume is gone", S3StreamException.Retry.UNKNOWN, null));
    }

    /**
     * Ends the node: nothing of this store completes any more, and its streams refuse appends.
     *
     * @return the store that the restarted node opens; it has what was durable
     */
    public InMemoryStreamStore crash() {
        return crash(0);
    }

    /**
     * As {@link #crash()}, but the first {@code luckyAppends} of those that were not acknowledged
     * had reached the disk all the same.
     */
    public InMemoryStreamStore crash(int luckyAppends) {
        crashed = true;
        wal.die(luckyAppends);
        synchronized (this) {
            open.values().forEach(InMemoryStream::refuseAppends);
        }
        return new InMemoryStreamStore(bucket.afterCrash());
    }

    /** Returns the number of entries of the metadata log that {@link #open} has cost. */
    public int openEntries() {
        return openEntries;
    }

    /** Names of the threads that have read. */
    public Set<String> readers() {
        return readers;
    }

    /** Number of reads whose result was not closed yet. */
    public int unclosedReads() {
        return bucket.unclosedReads();
    }

    private void failed(S3StreamException cause) {
        failureListeners.forEach(listener -> listener.accept(cause));
    }

    private void requireUsable() {
        if (closed || crashed || wal.failure() != null) {
            throw new FencedException("this store is closed, dead or failed");
        }
    }
}
