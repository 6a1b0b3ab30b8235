package io.oxbow.catalog;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/** Files of this machine at {@code file:} locations. Public for Iceberg, which loads it by name. */
public final class LocalFileIO implements FileIO {

    private static final long serialVersionUID = 1;

    static Path path(String location) {
        return Path.of(location.replaceFirst("^file:(//)?", ""));
    }

    /** An InputFile that gives its location back as it was given. */
    private record Located(InputFile file, String location) implements InputFile {
        @Override
        public long getLength() {
            return file.getLength();
        }

        @Override
        public org.apache.iceberg.io.SeekableInputStream newStream() {
            return file.newStream();
        }

        @Override
        public boolean exists() {
            return file.exists();
        }
    }

    @Override
    public InputFile newInputFile(String location) {
        File file = path(location).toFile();
        return new Located(org.apache.iceberg.Files.localInput(file), location);
    }

    @Override
    public OutputFile newOutputFile(String location) {
        OutputFile file = org.apache.iceberg.Files.localOutput(path(location).toFile());
        return new OutputFile() {
            @Override
            public org.apache.iceberg.io.PositionOutputStream create() {
                return file.create();
            }

            @Override
            public org.apache.iceberg.io.PositionOutputStream createOrOverwrite() {
                return file.createOrOverwrite();
            }

            @Override
            public String location() {
                return location;
            }

            @Override
            public InputFile toInputFile() {
                return newInputFile(location);
            }
        };
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
