package io.oxbow.s3stream;

/**
 * Checksum (CRC32C) of an append's bytes, or of their end, that the caller knows already. The
 * write-ahead log and the data objects carry it on; none is made anew from bytes that may have
 * changed since.
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
