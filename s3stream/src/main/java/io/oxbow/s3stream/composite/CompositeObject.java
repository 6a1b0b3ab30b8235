package io.oxbow.s3stream.composite;

import io.oxbow.s3stream.image.CoreRecord;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Composite that is ready to be put, with the record for the metadata log.
 *
 * @param entries how many it lists
 * @param parts the runs that they make
 * @param owned keys, sorted
 */
public record CompositeObject(
        int level,
        long entries,
        long size,
        List<ByteBuffer> body,
        List<CoreRecord.Part> parts,
        List<String> owned) {}
