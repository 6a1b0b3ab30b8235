package io.oxbow.s3stream;

/**
 * A stretch of a stream cannot be read: the object that holds it is gone, or holds something else
 * than it did. What lies beyond can be read. Damaged bytes are final; an object that is gone may be
 * tried again, since the image that names it may be behind the metadata log.
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

    /** The data object or composite. */
    public String objectKey() {
        return objectKey;
    }

    public long fromOffset() {
        return fromOffset;
    }

    /** Where reading may go on. */
    public long toOffset() {
        return toOffset;
    }
}
