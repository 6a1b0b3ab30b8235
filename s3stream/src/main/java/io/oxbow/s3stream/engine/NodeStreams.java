package io.oxbow.s3stream.engine;

import io.oxbow.s3stream.AppendFilter;
import io.oxbow.s3stream.CommittedReader;
import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.OffsetOutOfRangeException;
import io.oxbow.s3stream.RecoveredAppends;
import io.oxbow.s3stream.RewriteResult;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.StreamStore;
import io.oxbow.s3stream.commit.Commands;
import io.oxbow.s3stream.commit.Health;
import io.oxbow.s3stream.commit.Registration;
import io.oxbow.s3stream.compact.CompactionStats;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.maintenance.Maintenance;
import io.oxbow.s3stream.read.CommittedRange;
import io.oxbow.s3stream.read.StreamReader;
import io.oxbow.s3stream.recovery.RecoveryResult;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.tail.Ownership;
import io.oxbow.s3stream.upload.Uploader;
import io.oxbow.s3stream.wal.WalVolume;
import io.oxbow.s3stream.write.StreamWriter;
import io.oxbow.s3stream.write.WritePath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Streams that one node has open. Thread-safe; calls block.
 *
 * <p>Threads of its own: the {@link Uploader}'s and the {@link Maintenance}'s, both from the
 * environment, and short-lived ones that fetch blocks ahead.
 */
public final class NodeStreams implements StreamStore {

    private final StreamStoreConfig config;
    private final RunningNode running;
    private final Environment environment;
    private final Registration registration;
    private final Health health;
    private final Commands commands;
    private final Uploader uploader;
    private final BusyNames busy = new BusyNames();
    private final Map<StreamName, OpenStream> streams = new ConcurrentHashMap<>();
    private final UnansweredOpenings unanswered;

    private volatile boolean closed;

    private NodeStreams(StreamStoreConfig config, Environment environment, RunningNode running) {
        this.config = config;
        this.environment = environment;
        this.running = running;
        this.registration = running.registration();
        this.health = running.health();
        this.commands = running.commands();
        this.uploader = running.write().uploader();
        this.unanswered = new UnansweredOpenings(registration, commands, busy, this::openEpoch);
        running.maintenance().beside(unanswered::settle);
    }

    /** Returns the epoch at which a stream is open here; 0 when it is not. */
    private long openEpoch(StreamName name) {
        OpenStream stream = streams.get(name);
        return stream == null ? 0 : stream.epoch();
    }

    /**
     * Opens a node's streams: registers the node, recovers what its earlier epochs left in the
     * write-ahead log, and starts. Waits for the metadata log and the object store as long as it
     * takes.
     *
     * @param volume belongs to the store from now on, unless this throws
     * @throws S3StreamException FATAL when an earlier epoch's write-ahead log is another one, or is
     *     damaged, and the configuration does not give it up
     */
    public static NodeStreams open(
            StreamStoreConfig config,
            Environment environment,
            ObjectStore store,
            MetadataLog log,
            WalVolume volume) {
        return open(config, environment, store, log, NodeWals.of(volume));
    }

    /**
     * Opens a node's streams, with access to more write-ahead logs than its own and the bucket's.
     */
    public static NodeStreams open(
            StreamStoreConfig config,
            Environment environment,
            ObjectStore store,
            MetadataLog log,
            NodeWals wals) {
        return new NodeStreams(
                config, environment, RunningNode.start(config, environment, store, log, wals));
    }

    /**
     * Recovers the write-ahead log of a fenced epoch of another node. Afterwards everything that
     * the epoch acked is committed, and any node can open its streams. One attempt; one epoch at a
     * time.
     *
     * @param dead one of {@link CoreImage#unrecovered}
     * @throws FencedException when this node itself is fenced
     * @throws S3StreamException when the metadata log or the store stay away for long
     */
    public RecoveryResult recover(ApplyResult.DeadEpoch dead) {
        health.check();
        try {
            return running.recovery().recover(dead, RecoveredAppends.IGNORED);
        } catch (FencedException fenced) {
            health.fail(fenced);
            throw fenced;
        }
    }

    /**
     * Checks, without changing anything, that no write-ahead log of this node is missing which
     * {@link #open} would need.
     *
     * @throws S3StreamException FATAL if so
     */
    public static void requireStartable(
            StreamStoreConfig config,
            Environment environment,
            ObjectStore store,
            MetadataLog log,
            NodeWals wals) {
        RunningNode.requireStartable(config, environment, store, log, wals);
    }

    /**
     * Stops appends, acks and uploads at once. Acked appends that are not uploaded are in the
     * write-ahead log, where the next start finds them.
     */
    public void abandon(S3StreamException cause) {
        health.abandon(cause);
    }

    @Override
    public long nodeEpoch() {
        return registration.nodeEpoch();
    }

    @Override
    public Map<StreamName, Stream> open(Collection<StreamName> names) {
        health.check();
        requireNotClosed();
        try (var claim = busy.claim(names)) {
            List<StreamName> missing =
                    names.stream().distinct().filter(name -> !isUsable(name)).toList();
            if (!missing.isEmpty()) {
                endClosing(missing);
                unanswered.endClosings(missing, config.maintenance().handOverPatience());
                openMissing(missing);
            }
            Map<StreamName, Stream> opened = new LinkedHashMap<>();
            for (StreamName name : names) {
                opened.put(name, Objects.requireNonNull(streams.get(name)));
            }
            return opened;
        }
    }

    private void requireNotClosed() {
        if (closed) {
            throw new S3StreamException(
                    "the stream store is closed", S3StreamException.Retry.FATAL, null);
        }
    }

    private boolean isUsable(StreamName name) {
        OpenStream stream = streams.get(name);
        return stream != null && !stream.isGivenUp() && !stream.tail().isRefusing();
    }

    /** Closes streams again whose closing was left with an unknown outcome. */
    private void endClosing(List<StreamName> names) {
        List<OpenStream> closing =
                openOnes(names).stream().filter(stream -> !stream.isGivenUp()).toList();
        if (!closing.isEmpty()) {
            giveUp(closing, List.of());
            closing.forEach(stream -> forget(stream, "closed"));
        }
    }

    private void openMissing(List<StreamName> names) {
        ApplyResult result = submitOpening(names);
        if (!(result instanceof ApplyResult.Opened(var opened))) {
            throw refused("open " + names, result);
        }
        requireNotClosed();
        for (int i = 0; i < names.size(); i++) {
            StreamName name = names.get(i);
            requireNewEpoch(streams.get(name), opened.get(i));
            streams.put(name, openStream(name, opened.get(i)));
        }
    }

    private ApplyResult submitOpening(List<StreamName> names) {
        var command =
                new CoreRecord.OpenStreams(registration.nodeId(), registration.nodeEpoch(), names);
        try {
            return commands.once(command);
        } catch (LogAppendException e) {
            if (e.retry() != S3StreamException.Retry.RETRYABLE) {
                unanswered.add(names);
            }
            throw e;
        }
    }

    private OpenStream openStream(StreamName name, ApplyResult.OpenedStream opened) {
        var ownership =
                new Ownership(name, opened.streamId(), opened.streamEpoch(), opened.endOffset());
        WritePath write = running.write();
        var writer = new StreamWriter(ownership, write, health, environment.clock());
        var committed = new CommittedRange(opened.streamId(), running.caches());
        var reader =
                new StreamReader(
                        name,
                        writer.tail(),
                        write.readBack(),
                        committed,
                        commands,
                        running.patience(),
                        opened.startOffset());
        return new OpenStream(registration, commands, health, uploader, writer, reader, committed);
    }

    /**
     * Checks that a stream is not opened twice at one epoch, which would assign the same offsets
     * twice.
     */
    private static void requireNewEpoch(
            @Nullable OpenStream before, ApplyResult.OpenedStream opened) {
        if (before != null
                && before.streamId() == opened.streamId()
                && before.epoch() == opened.streamEpoch()) {
            throw new IllegalStateException(before + " was given up, but not in the metadata log");
        }
    }

    @Override
    public List<StreamName> existing(Collection<StreamName> names) {
        CoreImage image = commands.image();
        return names.stream().filter(name -> image.stream(name).isPresent()).toList();
    }

    @Override
    public List<StreamName> heldByOthers(Collection<StreamName> names) {
        CoreImage image = commands.image();
        return names.stream()
                .filter(name -> image.stream(name).filter(this::isAnothers).isPresent())
                .toList();
    }

    private boolean isAnothers(CoreImage.StreamState stream) {
        return stream.ownerNode() >= 0 && stream.ownerNodeEpoch() != registration.nodeEpoch();
    }

    @Override
    public boolean upload(Collection<StreamName> names, Duration limit) {
        boolean uploaded = uploadAll(openOnes(names), limit.toNanos());
        health.check();
        return uploaded;
    }

    @Override
    public void close(Collection<StreamName> names) {
        try (var claim = busy.claim(names)) {
            List<OpenStream> closing = openOnes(names);
            // An earlier closing of unknown outcome may have succeeded: no way back from that.
            List<OpenStream> reopenable =
                    closing.stream().filter(stream -> stream.tail().refuse()).toList();
            uploadOrAdmit(closing, reopenable);
            giveUp(closing, reopenable);
            closing.forEach(stream -> forget(stream, "closed"));
            unanswered.close(names);
        }
    }

    /**
     * Uploads what the streams still hold; if that fails or takes too long, the streams take
     * appends again.
     */
    private void uploadOrAdmit(List<OpenStream> closing, List<OpenStream> reopenable) {
        Duration patience = config.maintenance().handOverPatience();
        boolean uploaded = false;
        try {
            uploaded = uploadAll(closing, patience.toNanos());
            health.check();
        } finally {
            if (!uploaded) {
                reopenable.forEach(stream -> stream.tail().admit());
            }
        }
        if (!uploaded) {
            throw new S3StreamException(
                    ("%s could not be closed: their last appends did not reach the bucket within"
                                    + " %s; they stay open here, try again")
                            .formatted(closing, patience),
                    S3StreamException.Retry.RETRYABLE,
                    null);
        }
    }

    /**
     * Closes streams in the metadata log. When the outcome stays unknown, another node may own the
     * streams already: they take no appends any more, and can be closed again or opened anew.
     *
     * @param reopenable those that take appends again when the log surely did not close them
     */
    private void giveUp(List<OpenStream> closing, List<OpenStream> reopenable) {
        List<CoreRecord.Opening> owned =
                closing.stream()
                        .filter(stream -> !stream.isGivenUp())
                        .map(stream -> new CoreRecord.Opening(stream.streamId(), stream.epoch()))
                        .toList();
        if (owned.isEmpty()) {
            return;
        }
        var command =
                new CoreRecord.CloseStreams(registration.nodeId(), registration.nodeEpoch(), owned);
        try {
            Duration patience = config.maintenance().handOverPatience();
            ApplyResult result = commands.untilDefinite(command, patience);
            if (result instanceof ApplyResult.Fenced fenced) {
                throw refused("close " + closing, fenced);
            }
        } catch (LogAppendException e) {
            if (e.retry() == S3StreamException.Retry.RETRYABLE) {
                reopenable.forEach(stream -> stream.tail().admit());
            }
            throw e;
        }
    }

    @Override
    public void delete(Collection<StreamName> names) {
        try (var claim = busy.claim(names)) {
            List<OpenStream> open = openOnes(names);
            // They stay this node's until the log's word is definite: what they hold may be acked.
            open.forEach(stream -> stream.tail().refuse());
            CoreImage image = commands.image();
            List<Long> ids =
                    names.stream()
                            .flatMap(name -> image.stream(name).stream())
                            .map(CoreImage.StreamState::streamId)
                            .toList();
            if (!ids.isEmpty()) {
                ApplyResult result =
                        commands.untilDefinite(
                                new CoreRecord.DeleteStreams(
                                        registration.nodeId(), registration.nodeEpoch(), ids));
                if (result instanceof ApplyResult.Fenced || result instanceof ApplyResult.Refused) {
                    throw refused("delete " + names, result);
                }
            }
            open.forEach(stream -> forget(stream, "deleted"));
        }
    }

    private List<OpenStream> openOnes(Collection<StreamName> names) {
        List<OpenStream> open = new ArrayList<>();
        for (StreamName name : names) {
            OpenStream stream = streams.get(name);
            if (stream != null) {
                open.add(stream);
            }
        }
        return open;
    }

    private void forget(OpenStream stream, String why) {
        stream.lost(why);
        streams.remove(stream.name(), stream);
    }

    @Override
    public void flush() {
        uploadAll(streams.values());
    }

    /** Uploads what the streams have taken so far; throws if the store fails meanwhile. */
    private void uploadAll(Collection<OpenStream> wanted) {
        if (!uploadAll(wanted, Long.MAX_VALUE)) {
            health.check();
        }
    }

    /**
     * Uploads what the streams have taken so far; false when the time was over or the store failed.
     */
    private boolean uploadAll(Collection<OpenStream> wanted, long patienceNanos) {
        Map<OpenStream, Long> targets = new LinkedHashMap<>();
        wanted.forEach(stream -> targets.put(stream, stream.nextOffset()));
        return uploader.hurryUntil(
                () -> {
                    targets.entrySet().removeIf(NodeStreams::isUploaded);
                    return targets.isEmpty();
                },
                patienceNanos);
    }

    private static boolean isUploaded(Map.Entry<OpenStream, Long> target) {
        OpenStream stream = target.getKey();
        // An append that the write-ahead log did not take gives its offsets back.
        long end = Math.min(target.getValue(), stream.nextOffset());
        return stream.committedEndOffset() >= end || stream.isGivenUp();
    }

    @Override
    public void uploadSoon() {
        uploader.uploadSoon();
    }

    @Override
    public boolean hasUnuploaded(Collection<StreamName> names) {
        return openOnes(names).stream()
                .anyMatch(stream -> stream.committedEndOffset() < stream.durableEndOffset());
    }

    @Override
    public CommittedReader.Cursor readPaced(StreamName name, long fromOffset, long toOffset) {
        health.check();
        CoreImage.StreamState stream =
                commands.image().stream(name)
                        .orElseThrow(() -> new OffsetOutOfRangeException("there is no " + name));
        return running.rewriting().read(stream.streamId(), fromOffset, toOffset);
    }

    @Override
    public RewriteResult rewrite(
            StreamName name, long fromOffset, long toOffset, AppendFilter filter) {
        health.check();
        CoreImage image = commands.image();
        return image.stream(name)
                .map(stream ->
                        running.rewriting()
                                .rewrite(stream.streamId(), fromOffset, toOffset, filter))
                .orElseGet(() -> new RewriteResult.Stale(fromOffset, 0, 0, "there is no " + name));
    }

    /** Returns the memory that the engine uses now. */
    public MemoryStats memoryStats() {
        return MemoryStats.of(running.write(), running.caches());
    }

    /** Returns the fill level of the write-ahead log now. */
    public WalStats walStats() {
        var wal = running.write().wal();
        return new WalStats(wal.usedBytes(), wal.capacityBytes());
    }

    /** Returns the counters of compaction. */
    public CompactionStats compaction() {
        return running.compaction();
    }

    @Override
    public void onFailure(Consumer<S3StreamException> listener) {
        health.onFailure(listener);
    }

    @Override
    public void close() {
        closed = true;
        Collection<OpenStream> all = streams.values();
        all.forEach(stream -> stream.tail().refuse());
        long patienceNanos = config.maintenance().closePatience().toNanos();
        boolean empty = uploadAll(all, patienceNanos) && !health.failed();
        running.stop(empty);
        all.forEach(stream -> stream.lost("the store is closed"));
        all.forEach(stream -> stream.tail().releaseBelow(Long.MAX_VALUE));
        streams.clear();
    }

    private S3StreamException refused(String what, ApplyResult result) {
        if (result instanceof ApplyResult.Fenced(var why)) {
            var fenced = new FencedException("node epoch was fenced: " + why);
            health.fail(fenced);
            return fenced;
        }
        return new S3StreamException(
                "cannot %s: %s".formatted(what, result), S3StreamException.Retry.RETRYABLE, null);
    }
}
