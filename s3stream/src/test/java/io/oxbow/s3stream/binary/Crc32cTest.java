package io.oxbow.s3stream.binary;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class Crc32cTest {

    /** Input of RFC 3720, B.4: 32 bytes of zeroes, of ones, and rising ones. */
    @Test
    void isTheChecksumOfTheStandard() {
        byte[] zeroes = new byte[32];
        byte[] rising = new byte[32];
        for (int i = 0; i < 32; i++) {
            rising[i] = (byte) i;
        }
        assertThat(Crc32c.of(ByteBuffer.wrap(zeroes), 0, 32)).isEqualTo(0x8a9136aa);
        assertThat(Crc32c.of(ByteBuffer.wrap(rising), 0, 32)).isEqualTo(0x46dd794e);
    }

    @RepeatedTest(50)
    void isTheJdksForAnyLengthPlaceAndOrder(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        byte[] bytes = randomBytes(random, 1 + random.nextInt(600));
        int from = random.nextInt(bytes.length);
        int length = random.nextInt(bytes.length - from + 1);
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(0, bytes);
        int expected = jdks(bytes, from, length);
        assertThat(Crc32c.of(ByteBuffer.wrap(bytes), from, length)).isEqualTo(expected);
        assertThat(Crc32c.of(direct, from, length)).isEqualTo(expected);
        assertThat(Crc32c.of(direct.order(ByteOrder.LITTLE_ENDIAN), from, length))
                .isEqualTo(expected);
    }

    @RepeatedTest(50)
    void theWholeFollowsFromItsParts(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        byte[] bytes = randomBytes(random, 1 + random.nextInt(200_000));
        int cut = random.nextInt(bytes.length + 1);
        int first = jdks(bytes, 0, cut);
        int second = jdks(bytes, cut, bytes.length - cut);
        assertThat(Crc32c.concat(first, second, bytes.length - cut))
                .isEqualTo(jdks(bytes, 0, bytes.length));
    }

    @Test
    void whatFollowsMayBeAsLongAsAnArray() {
        int once = Crc32c.shift(0x12345678, 1 << 30);
        assertThat(Crc32c.shift(once, (1 << 30) - 1))
                .isEqualTo(Crc32c.shift(0x12345678, Integer.MAX_VALUE));
    }

    private static byte[] randomBytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static int jdks(byte[] bytes, int from, int length) {
        var crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
