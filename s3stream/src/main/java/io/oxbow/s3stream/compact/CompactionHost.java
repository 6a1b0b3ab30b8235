package io.oxbow.s3stream.compact;

import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.Verdict;
import io.oxbow.s3stream.object.ObjectNumbers;
import io.oxbow.s3stream.object.ObjectReader;
import java.nio.ByteBuffer;
import java.util.List;

/** What compaction has of the node that it runs on. Thread-safe; calls block. */
public interface CompactionHost extends ObjectReader.RangeSource {

    CoreImage image();

    ObjectNumbers numbers();

    /** Whether this process leads the metadata log, and so looks after what is left of others. */
    boolean leads();

    /** Puts an object, however often it takes; throws when the node stops. */
    void put(String key, List<ByteBuffer> body);

    /** Submits a record until its fate is definite; throws when the node stops. */
    Verdict commit(CoreRecord record);

    /** Waits that long; throws when the node stops. */
    void pause(long nanos, String what);

    boolean isStopping();

    /** Whether uploads, or reads for clients, are under way in the bucket. */
    boolean isBusy();

    /** Bytes that were uploaded by this node so far. */
    long uploadedBytes();
}
