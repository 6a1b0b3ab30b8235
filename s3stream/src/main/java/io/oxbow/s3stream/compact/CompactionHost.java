package io.oxbow.s3stream.compact;

import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.object.ObjectNumbers;
import io.oxbow.s3stream.object.ObjectReader;
import java.nio.ByteBuffer;
import java.util.List;

/** Interface to the node that compaction runs on. Thread-safe; calls block. */
public interface CompactionHost extends ObjectReader.RangeSource {

    CoreImage image();

    ObjectNumbers numbers();

    /**
     * Returns whether this process leads the metadata log, and so compacts objects of nodes that
     * are gone.
     */
    boolean leads();

    /** Puts an object, and retries until that is done; throws when the node stops. */
    void put(String key, List<ByteBuffer> body);

    /** Submits a record until its outcome is definite; throws when the node stops. */
    ApplyResult commit(CoreRecord record);

    /** Waits for {@code nanos}; throws when the node stops. */
    void pause(long nanos, String what);

    boolean isStopping();

    /** Returns whether uploads, or reads for clients, are under way in the bucket. */
    boolean isBusy();

    /** Returns the bytes that this node has uploaded so far. */
    long uploadedBytes();
}
