package io.oxbow.s3stream;

/**
 * Thrown when a range of a stream cannot be read: the object that holds the range is missing, or
 * has other content than it had. Offsets beyond the range can be read. Damaged bytes are final; an
 * object that is gone may be tried again, since the image that names it may be behind the metadata
 * log.
 */
public final class DamagedException extends S3StreamException {

    private static final long serialVersionUID = 1L;

    private final String objectKey;
    private final long fromOffset;
    private final long toOffset;

    public DamagedException(
            long streamId,
            String objectKey,
            long fromOffset,
            long toOffset,
            S3StreamException cause) {
        super(
                "stream %d: offsets [%d, %d) cannot be read: %s"
                        .formatted(streamId, fromOffset, toOffset, cause.getMessage()),
                cause.retry(),
                cause);
        this.objectKey = objectKey;
        this.fromOffset = fromOffset;
        this.toOffset = toOffset;
    }

    /** Returns the key of the data object or composite that cannot be read. */
    public String objectKey() {
        return objectKey;
    }

    public long fromOffset() {
        return fromOffset;
    }

    /** Returns the offset at which reading may go on. */
    public long toOffset() {
        return toOffset;
    }
}
