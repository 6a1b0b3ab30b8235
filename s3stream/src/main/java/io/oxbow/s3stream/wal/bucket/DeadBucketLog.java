package io.oxbow.s3stream.wal.bucket;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.store.ReadAhead;
import io.oxbow.s3stream.wal.DeadVolume;
import io.oxbow.s3stream.wal.RecordFrame;
import io.oxbow.s3stream.wal.WalRecord;
import io.oxbow.s3stream.wal.WalVolume;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Log in the bucket of an epoch that is fenced in the metadata log. Scanning also fences the log in
 * the bucket: a FENCE closes off what was read. Holds what {@link ReadAhead} allows in memory.
 */
final class DeadBucketLog implements DeadVolume {

    private static final Logger LOG = LoggerFactory.getLogger(DeadBucketLog.class);

    private final WalObjects bucket;
    private final int nodeId;
    private final long nodeEpoch;
    private final Fencer fencer;
    private final ThreadFactory threads;

    /**
     * Node epoch that fences the log.
     *
     * @param putId random: the FENCE's
     */
    record Fencer(long nodeEpoch, UUID putId) {}

    DeadBucketLog(
            WalObjects bucket, int nodeId, long nodeEpoch, Fencer fencer, ThreadFactory threads) {
        this.bucket = bucket;
        this.nodeId = nodeId;
        this.nodeEpoch = nodeEpoch;
        this.fencer = fencer;
        this.threads = threads;
    }

    @Override
    public WalVolume.ScanEnd scan(long fromLsn, WalVolume.RecordVisitor visitor) {
        WalPosition from = WalPosition.ofLsn(fromLsn);
        long firstSeq = Math.max(from.seq(), WalKey.START_SEQ + 1);
        WalKey key = new WalKey(nodeId, nodeEpoch, firstSeq);
        long wholeUpTo = -1;
        var ahead =
                new ReadAhead<>(seq -> bucket.read(new WalKey(nodeId, nodeEpoch, seq)), threads);
        while (true) {
            Optional<ByteBuffer> there = read(key, ahead);
            if (there.isEmpty()) {
                if (isFenced(key)) {
                    break;
                }
            } else {
                Content content = content(key, there.get());
                if (content instanceof Content.Fence) {
                    break;
                }
                if (wholeUpTo < 0 && content instanceof Content.Records(var records)) {
                    visit(key, records, fromLsn, visitor);
                } else if (wholeUpTo < 0) {
                    wholeUpTo = key.seq(); // the writer has to be stopped all the same
                }
                key = key.next();
            }
        }
        long fence = WalPosition.startOf(key.seq());
        return wholeUpTo < 0
                ? new WalVolume.ScanEnd(fence, Math.max(fence, ackedBeyond(key)))
                : new WalVolume.ScanEnd(WalPosition.startOf(wholeUpTo), fence);
    }

    /** Reads an object. That there is none is not asked ahead of its turn. */
    private Optional<ByteBuffer> read(WalKey key, ReadAhead<ByteBuffer> ahead) {
        if (ahead.isEmpty()) {
            var before = new WalKey(nodeId, nodeEpoch, key.seq() - 1);
            for (WalObjects.Listed listed : bucket.listAfter(before, ReadAhead.OBJECTS_MAX)) {
                ahead.begin(listed.key().seq(), listed.size());
            }
        }
        Optional<ByteBuffer> there = ahead.take(key.seq());
        return there.isPresent() ? there : bucket.read(key);
    }

    /**
     * Reads the objects beyond the damage. The scan has stopped the writer, so the objects in the
     * bucket now are all there are.
     */
    @Override
    public void salvage(WalVolume.ScanEnd damage, WalVolume.RecordVisitor visitor) {
        WalKey at = new WalKey(nodeId, nodeEpoch, WalPosition.ofLsn(damage.endLsn()).seq());
        while (true) {
            var page = bucket.listAfter(at, 2 * BucketWalConfig.PUTS_IN_FLIGHT_MAX);
            if (page.isEmpty()) {
                return;
            }
            for (var each : page) {
                at = each.key();
                Optional<ByteBuffer> there = bucket.read(at);
                if (there.isPresent()
                        && content(at, there.get()) instanceof Content.Records(var records)) {
                    visit(at, records, damage.endLsn(), visitor);
                }
            }
        }
    }

    /** Content of an object: a fence, records, or damaged bytes. */
    private sealed interface Content {
        record Fence() implements Content {}

        record Records(List<WalRecord> records) implements Content {}

        record Damaged() implements Content {}
    }

    private static Content content(WalKey key, ByteBuffer bytes) {
        try {
            ObjectHeader header = ObjectHeader.decode(bytes, key);
            return header.kind() == ObjectHeader.Kind.FENCE
                    ? new Content.Fence()
                    : new Content.Records(decode(header, bytes));
        } catch (CorruptException e) {
            LOG.error("acknowledged records may be lost: {}", e.getMessage());
            return new Content.Damaged();
        }
    }

    /** Puts the FENCE; returns false when data got there first. */
    private boolean isFenced(WalKey key) {
        var fence = ObjectHeader.bare(ObjectHeader.Kind.FENCE, key, fencer.putId, fencer.nodeEpoch);
        return switch (bucket.create(fence, List.of())) {
            case WalObjects.Created.Ours made -> true;
            case WalObjects.Created.Another(var header) -> header.kind() == ObjectHeader.Kind.FENCE;
        };
    }

    private static void visit(
            WalKey key, List<WalRecord> records, long fromLsn, WalVolume.RecordVisitor visitor) {
        int offset = ObjectHeader.BYTES;
        for (WalRecord record : records) {
            long lsn = new WalPosition(key.seq(), offset).toLsn();
            offset += (int) RecordFrame.sizeInBytes(record);
            if (lsn >= fromLsn) {
                visitor.record(lsn, new WalPosition(key.seq(), offset).toLsn(), record);
            }
        }
    }

    /** Decodes all of an object's records, or none: what is acked must not be read in part. */
    static List<WalRecord> decode(ObjectHeader header, ByteBuffer frames) {
        ObjectHeader.BodySize body = header.body();
        var crc = new CRC32C();
        crc.update(frames.duplicate());
        if (header.kind() != ObjectHeader.Kind.DATA
                || frames.remaining() != body.bytes()
                || (int) crc.getValue() != body.crc()) {
            throw new CorruptException(
                    "WAL object %s is %s and has %d bytes of records; its header says %s"
                            .formatted(header.key(), header.kind(), frames.remaining(), body));
        }
        List<WalRecord> records = new ArrayList<>();
        while (frames.hasRemaining()) {
            records.add(RecordFrame.decode(frames));
        }
        if (records.size() != body.count()) {
            throw new CorruptException(
                    "WAL object %s has %d records; its header says %s"
                            .formatted(header.key(), records.size(), body));
        }
        return records;
    }

    /**
     * Returns the LSN up to which objects beyond the FENCE say that the log had been acked; 0 when
     * none says anything. Objects whose puts were under way when the writer died lie there and say
     * nothing; if an acked object were missing, later ones would tell. One whose header cannot be
     * read may be such an object itself.
     */
    private long ackedBeyond(WalKey fence) {
        long acked = 0;
        for (var each : bucket.listAfter(fence, 2 * BucketWalConfig.PUTS_IN_FLIGHT_MAX)) {
            acked = Math.max(acked, ackedBelow(each.key()));
        }
        return WalPosition.startOf(acked);
    }

    /** Returns the sequence number below which the object says that all had been acked. */
    private long ackedBelow(WalKey key) {
        try {
            return bucket.header(key).map(ObjectHeader::ackedSeq).orElse(0L);
        } catch (CorruptException e) {
            LOG.error("acknowledged records may be lost: {}", e.getMessage());
            return key.seq();
        }
    }

    /** Deletes all objects of the log except FENCEs, also those that were put late or put again. */
    @Override
    public void recovered() {
        try {
            int deleted =
                    EarlierLogs.deleteAllButFences(
                            bucket,
                            WalKey.prefix(nodeId, nodeEpoch),
                            new WalKey(nodeId, nodeEpoch + 1, WalKey.START_SEQ));
            LOG.info("epoch {} of node {}: {} WAL objects deleted", nodeEpoch, nodeId, deleted);
        } catch (S3StreamException e) {
            LOG.warn("the rest of the log of epoch {} stays: {}", nodeEpoch, e.getMessage());
        }
    }

    @Override
    public void close() {}
}
