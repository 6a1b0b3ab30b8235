package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.wal.WalVolume;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileWriteAheadLogTest extends WriteAheadLogContract {

    @TempDir Path directory;

    @Override
    WalVolume open() {
        return FileWalVolume.open(
                WalFixture.config(directory.resolve("wal")), WalFixture.environment());
    }
}
