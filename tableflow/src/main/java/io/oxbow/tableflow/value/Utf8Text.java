package io.oxbow.tableflow.value;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.avro.util.Utf8;

/** Text that stays in the bytes that it came in. */
final class Utf8Text {

    private Utf8Text() {}

    /**
     * @throws BadRecordException when the bytes are not UTF-8, which no engine could read
     */
    static Utf8 of(byte[] bytes) {
        if (!isAscii(bytes)) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            } catch (CharacterCodingException e) {
                throw new BadRecordException("text is not UTF-8");
            }
        }
        return new Utf8(bytes);
    }

    private static boolean isAscii(byte[] bytes) {
        byte all = 0;
        for (byte b : bytes) {
            all |= b;
        }
        return all >= 0;
    }
}
