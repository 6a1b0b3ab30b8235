package io.oxbow.s3stream.testkit.oss;

/** CRC-64 of ECMA-182, reflected, as {@code x-oss-hash-crc64ecma} holds it. */
final class Crc64 {

    private static final long POLYNOMIAL = 0xC96C5795D7870F42L;
    private static final long[] TABLE = table();

    private Crc64() {}

    private static long[] table() {
        long[] table = new long[256];
        for (int i = 0; i < table.length; i++) {
            long crc = i;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                crc = (crc & 1) == 1 ? crc >>> 1 ^ POLYNOMIAL : crc >>> 1;
            }
            table[i] = crc;
        }
        return table;
    }

    static long of(byte[] bytes) {
        long crc = ~0L;
        for (byte b : bytes) {
            crc = crc >>> Byte.SIZE ^ TABLE[(int) (crc ^ b) & 0xff];
        }
        return ~crc;
    }
}
