package io.oxbow.s3stream.wal.bucket;

import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.wal.LogState;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Reads bytes of a running log back from the bucket. Thread-safe; blocks. */
final class ObjectReadBack {

    private final LogState gate;
    private final LogSpace space;
    private final WalObjects bucket;
    private final WalKey first;

    ObjectReadBack(LogState gate, LogSpace space, WalObjects bucket, WalKey first) {
        this.gate = gate;
        this.space = space;
        this.bucket = bucket;
        this.first = first;
    }

    /**
     * Fills {@code target} with the bytes from {@code lsn} on; bytes beyond an object's end, and of
     * trimmed objects, read as zeroes.
     */
    void read(long lsn, ByteBuffer target) {
        long at = lsn;
        while (target.hasRemaining()) {
            WalPosition position = WalPosition.ofLsn(at);
            int stretch =
                    Math.min(target.remaining(), WalPosition.OBJECT_BYTES_MAX - position.offset());
            read(position, target.slice(target.position(), stretch));
            target.position(target.position() + stretch);
            at += stretch;
        }
    }

    private void read(WalPosition position, ByteBuffer stretch) {
        long left = bytesOf(position.seq()) - position.offset();
        int size = (int) Math.clamp(left, 0, stretch.remaining());
        if (size > 0) {
            var key = new WalKey(first.nodeId(), first.nodeEpoch(), position.seq());
            Optional<ByteBuffer> bytes = bucket.read(key, position.offset(), size);
            bytes.ifPresentOrElse(stretch::put, () -> requireTrimmed(key));
        }
        while (stretch.hasRemaining()) {
            stretch.put((byte) 0);
        }
    }

    /**
     * Throws if this log still wants the missing object: then another node has recovered the log
     * and deleted the object, or the bucket lost it. In the latter case recovery notices, because
     * it knows what had been acked.
     */
    private void requireTrimmed(WalKey key) {
        if (bytesOf(key.seq()) > 0) {
            throw new FencedException(
                    "%s is gone: the log was recovered by another node, or the bucket lost it"
                            .formatted(key));
        }
    }

    private long bytesOf(long seq) {
        gate.lock();
        try {
            return space.bytesOf(seq);
        } finally {
            gate.unlock();
        }
    }
}
