package io.oxbow.s3stream.object;

import io.oxbow.s3stream.image.CoreRecord;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Body of an object that is ready to be put, with its ranges for the metadata log.
 *
 * @param body in order; views of the slabs that the appends lie in, and small pieces between
 * @param ranges what it holds, sorted by stream and offset
 */
public record DataObject(long size, List<ByteBuffer> body, List<CoreRecord.Range> ranges) {

    /** Returns the object without its body, which keeps memory, once it has been put. */
    public DataObject withoutBody() {
        return new DataObject(size, List.of(), ranges);
    }
}
