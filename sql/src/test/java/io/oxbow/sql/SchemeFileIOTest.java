package io.oxbow.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SchemeFileIOTest {

    @TempDir Path directory;
    private final SchemeFileIO io = new SchemeFileIO();

    @Test
    void localFilesAreTakenAsTheirLocationsStand() throws Exception {
        String location = directory.toUri() + "a b%20/c+d=%2F.bin";
        try (PositionOutputStream out = io.newOutputFile(location).create()) {
            out.write("hello".getBytes(StandardCharsets.UTF_8));
        }

        InputFile file = io.newInputFile(location);

        assertThat(file.location()).isEqualTo(location);
        assertThat(file.getLength()).isEqualTo(5);
        assertThat(directory.resolve("a b%20/c+d=%2F.bin")).exists();
        assertThat(io.newInputFile(directory + "/a b%20/c+d=%2F.bin").exists()).isTrue();
        io.deleteFile(location);
        assertThat(Files.exists(directory.resolve("a b%20/c+d=%2F.bin"))).isFalse();
    }

    @Test
    void storesWithoutAClientAreSaid() {
        io.initialize(Map.of());

        assertThatThrownBy(() -> io.newInputFile("s3://bucket/x"))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("No access to S3");
        assertThatThrownBy(() -> io.newInputFile("gs://bucket/x"))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("No access to gs");
    }
}
