package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.testkit.LoopDevice;
import io.oxbow.s3stream.wal.WalVolume;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests the contract on a raw block device. */
class DeviceWriteAheadLogTest extends WriteAheadLogContract {

    @TempDir Path directory;
    private @Nullable LoopDevice device;

    @BeforeEach
    void attach() {
        device = LoopDevice.of(directory.resolve("disk"), 4 << 20);
    }

    @Override
    WalVolume open() {
        return FileWalVolume.open(WalFixture.config(device.path()), WalFixture.environment());
    }

    @AfterEach
    void detach() {
        close();
        if (device != null) {
            device.close();
        }
    }
}
