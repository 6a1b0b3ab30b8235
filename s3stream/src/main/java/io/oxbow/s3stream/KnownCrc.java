package io.oxbow.s3stream;

/**
 * A checksum that whoever appends knows already, because it has checked or made it: it is carried
 * on into the write-ahead log and the data objects, instead of being made anew from bytes that may
 * have changed since.
 *
 * @param from where in the append's bytes what it covers begins; it goes up to their end
 * @param crc32c of those bytes
 */
public record KnownCrc(int from, int crc32c) {

    public KnownCrc {
        if (from < 0) {
            throw new IllegalArgumentException("from is %d, must be at least 0".formatted(from));
        }
    }
}
