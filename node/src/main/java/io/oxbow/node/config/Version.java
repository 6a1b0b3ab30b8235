package io.oxbow.node.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Version and commit that this build was made from. */
public final class Version implements IVersionProvider {

    private static final String RESOURCE = "version.properties";

    @Override
    public String[] getVersion() {
        return new String[] {current()};
    }

    public static String current() {
        var properties = new Properties();
        try (var in = Version.class.getResourceAsStream(RESOURCE)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
        return "oxbow %s (commit %s)"
                .formatted(properties.getProperty("version"), properties.getProperty("commit"));
    }
}
