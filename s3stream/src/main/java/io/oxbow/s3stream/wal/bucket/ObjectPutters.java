package io.oxbow.s3stream.wal.bucket;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.S3StreamException;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Code of the threads that put a log's objects: each seals the next object, puts it, reports, and
 * starts over. They seal one at a time and put side by side.
 */
final class ObjectPutters {

    private final WalObjects bucket;
    private final PutPipeline pipeline;
    private final RandomGenerator random;
    private final ReentrantLock sealing = new ReentrantLock();

    private record Sealed(WalObject object, ObjectHeader header) {}

    ObjectPutters(WalObjects bucket, PutPipeline pipeline, RandomGenerator random) {
        this.bucket = bucket;
        this.pipeline = pipeline;
        this.random = random;
    }

    /** Puts objects until the log ends; the body of one thread. */
    void run() throws InterruptedException {
        Sealed next;
        while ((next = seal()) != null) {
            try {
                put(next);
                pipeline.durable(next.object);
            } finally {
                next.object.release();
            }
        }
    }

    private @Nullable Sealed seal() throws InterruptedException {
        sealing.lock();
        try {
            WalObject object = pipeline.take();
            return object == null
                    ? null
                    : new Sealed(object, object.seal(randomId(random), pipeline.ackedSeq()));
        } finally {
            sealing.unlock();
        }
    }

    static UUID randomId(RandomGenerator random) {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private void put(Sealed sealed) {
        WalObjects.Created created = bucket.create(sealed.header, sealed.object.frames());
        if (created instanceof WalObjects.Created.Another(var there)) {
            throw another(there);
        }
    }

    /**
     * Makes the exception for an object of another process at {@code there}: this process may not
     * write the epoch's log.
     */
    static S3StreamException another(ObjectHeader there) {
        if (there.kind() == ObjectHeader.Kind.FENCE) {
            return new FencedException(
                    "the log of epoch %d of node %d ends at %s: epoch %d has fenced it"
                            .formatted(
                                    there.key().nodeEpoch(),
                                    there.key().nodeId(),
                                    there.key(),
                                    there.madeBy()));
        }
        return new CorruptException(
                "broken invariant: another process wrote %s, so it has epoch %d, too"
                        .formatted(there.key(), there.key().nodeEpoch()));
    }
}
