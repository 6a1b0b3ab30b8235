package io.oxbow.tableflow.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.store.LocalObjectStore;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.RangeReadable;
import org.apache.iceberg.io.SeekableInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectStoreFileIOTest {

    private final ObjectStoreFileIO io;

    ObjectStoreFileIOTest(@TempDir Path directory) {
        io = new ObjectStoreFileIO(LocalObjectStore.open(directory));
    }

    private byte[] write(String key, int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        OutputFile file = io.newOutputFile(io.location(key));
        try (var out = file.create()) {
            int half = size / 2;
            out.write(bytes, 0, half);
            for (int i = half; i < Math.min(size, half + 10); i++) {
                out.write(bytes[i]);
            }
            int rest = Math.min(size, half + 10);
            out.write(bytes, rest, size - rest);
            assertThat(out.getPos()).isEqualTo(size);
        }
        return bytes;
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        for (int size : new int[] {0, 1, 8 << 10, (8 << 10) + 1, 5 << 20}) {
            byte[] bytes = write("tables/a/f" + size, size);
            InputFile file = io.newInputFile(io.location("tables/a/f" + size));

            assertThat(file.getLength()).isEqualTo(size);
            try (SeekableInputStream in = file.newStream()) {
                assertThat(in.readAllBytes()).isEqualTo(bytes);
                assertThat(in.read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void seeksAndRangesReadWhatIsThere() throws IOException {
        byte[] bytes = write("f", 300_000);
        try (SeekableInputStream in = io.newInputFile(io.location("f")).newStream()) {
            for (int position : new int[] {299_999, 0, 100_000, 100_005, 20_000}) {
                in.seek(position);
                assertThat(in.read()).isEqualTo(bytes[position] & 0xff);
                assertThat(in.getPos()).isEqualTo(position + 1);
            }
            byte[] range = new byte[1_000];
            ((RangeReadable) in).readFully(5_000, range);
            assertThat(range).isEqualTo(java.util.Arrays.copyOfRange(bytes, 5_000, 6_000));
            byte[] tail = new byte[8];
            ((RangeReadable) in).readTail(tail);
            assertThat(tail).isEqualTo(java.util.Arrays.copyOfRange(bytes, 299_992, 300_000));
            assertThatThrownBy(() -> ((RangeReadable) in).readFully(299_999, range))
                    .isInstanceOf(EOFException.class);
            assertThatThrownBy(() -> in.seek(300_001)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void aFileThatIsNotThereIsSaidToBeMissing() {
        InputFile file = io.newInputFile(io.location("nope"));

        assertThat(file.exists()).isFalse();
        assertThatThrownBy(file::newStream).isInstanceOf(NotFoundException.class);
        io.deleteFile(io.location("nope"));
    }

    @Test
    void creatingWhatExistsIsRefused() throws IOException {
        write("f", 10);

        assertThatThrownBy(() -> io.newOutputFile(io.location("f")).create())
                .isInstanceOf(AlreadyExistsException.class);
        io.deleteFile(io.location("f"));
        assertThat(io.newInputFile(io.location("f")).exists()).isFalse();
    }

    @Test
    void locationsOutsideTheBucketAreRefused() {
        assertThatThrownBy(() -> io.newInputFile("file:///elsewhere/f"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
