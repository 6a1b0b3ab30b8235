package io.oxbow.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;

/**
 * Files of this machine at {@code file:} locations. A location's path is taken as it stands:
 * Iceberg does not escape it. Public for Iceberg, which loads it by name.
 */
public final class LocalFileIO implements FileIO {

    private static final long serialVersionUID = 1;

    private record LocatedFile(InputFile file, String location) implements InputFile {
        @Override
        public long getLength() {
            return file.getLength();
        }

        @Override
        public SeekableInputStream newStream() {
            return file.newStream();
        }

        @Override
        public boolean exists() {
            return file.exists();
        }
    }

    private record LocatedOutput(OutputFile file, LocalFileIO io, String location)
            implements OutputFile {
        @Override
        public PositionOutputStream create() {
            return file.create();
        }

        @Override
        public PositionOutputStream createOrOverwrite() {
            return file.createOrOverwrite();
        }

        @Override
        public InputFile toInputFile() {
            return io.newInputFile(location);
        }
    }

    private static Path path(String location) {
        return Path.of(location.replaceFirst("^file:(//)?", ""));
    }

    /** Keeps the location as it was given: deletes refer to files by it. */
    @Override
    public InputFile newInputFile(String location) {
        return new LocatedFile(
                org.apache.iceberg.Files.localInput(path(location).toFile()), location);
    }

    @Override
    public OutputFile newOutputFile(String location) {
        return new LocatedOutput(
                org.apache.iceberg.Files.localOutput(path(location).toFile()), this, location);
    }

    @Override
    public void deleteFile(String location) {
        try {
            Files.deleteIfExists(path(location));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
