package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.wal.WalVolume;

class MemoryWriteAheadLogTest extends WriteAheadLogContract {

    private MemoryDisk disk = new MemoryDisk();

    @Override
    WalVolume open() {
        disk = MemoryDisk.of(disk.crash().content());
        return WalFixture.open(disk);
    }
}
