package io.oxbow.s3stream.composite;

import io.oxbow.s3stream.image.CoreRecord;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A composite that is ready to be put, and what to tell the metadata log about it.
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
