package io.oxbow.node.launch;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Merges the jars of a class path into one, for JVMs with an AOT cache. Such a cache takes no class
 * of a format before Java 6, which are therefore written in that format; and a JVM that looks for a
 * class or a resource that is nowhere opens one jar instead of two hundred.
 *
 * <p>Of entries with the same name, the first on the class path is kept, which the class path would
 * find; files of services are joined. Of versions of an entry, the one that this JVM takes is kept.
 */
public final class MergedJar {

    private static final String SERVICES = "META-INF/services/";
    private static final String OF_ONE_JAR =
            "META-INF/(MANIFEST\\.MF|INDEX\\.LIST|.*\\.(SF|RSA|DSA|EC))|(.*/)?module-info\\.class";

    private static final int MAJOR_OFFSET = 6;

    private final ZipOutputStream out;
    private final ClassFile format;
    private final Set<String> written = new HashSet<>();
    private final Map<String, ByteArrayOutputStream> services = new LinkedHashMap<>();

    private MergedJar(ZipOutputStream out, ClassLoader classes) {
        this.out = out;
        this.format =
                ClassFile.of(
                        ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                        ClassFile.ClassHierarchyResolverOption.of(
                                ClassHierarchyResolver.ofResourceParsing(classes).cached()));
    }

    /** Merges; the arguments are the jar to write and the class path. */
    public static void main(String[] arguments) throws IOException {
        List<Path> jars = new ArrayList<>();
        for (String jar : arguments[1].split(File.pathSeparator)) {
            jars.add(Path.of(jar));
        }
        merge(jars, Path.of(arguments[0]));
    }

    static void merge(List<Path> jars, Path target) throws IOException {
        URL[] urls = new URL[jars.size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = jars.get(i).toUri().toURL();
        }
        try (var classes = new URLClassLoader(urls);
                var file = new BufferedOutputStream(Files.newOutputStream(target));
                var out = new ZipOutputStream(file)) {
            out.setLevel(Deflater.BEST_SPEED);
            var merged = new MergedJar(out, classes);
            for (Path jar : jars) {
                merged.addJar(jar);
            }
            for (var service : merged.services.entrySet()) {
                merged.add(service.getKey(), service.getValue().toByteArray());
            }
        }
    }

    private void addJar(Path path) throws IOException {
        try (var jar =
                new JarFile(path.toFile(), false, ZipFile.OPEN_READ, JarFile.runtimeVersion())) {
            for (JarEntry entry : jar.versionedStream().toList()) {
                String name = entry.getName();
                if (entry.isDirectory() || name.matches(OF_ONE_JAR) || written.contains(name)) {
                    continue;
                }
                try (InputStream in = jar.getInputStream(entry)) {
                    addEntry(name, in.readAllBytes());
                }
            }
        }
    }

    private void addEntry(String name, byte[] content) throws IOException {
        if (name.startsWith(SERVICES)) {
            ByteArrayOutputStream joined =
                    services.computeIfAbsent(name, ignored -> new ByteArrayOutputStream());
            joined.write(content);
            joined.write('\n');
        } else {
            add(name, name.endsWith(".class") ? cacheable(content) : content);
        }
    }

    private void add(String name, byte[] content) throws IOException {
        written.add(name);
        out.putNextEntry(new ZipEntry(name));
        out.write(content);
        out.closeEntry();
    }

    /**
     * Returns a class in the form that a cache takes. One that cannot be written so, because it has
     * subroutines or names a class that is not there, stays as it was, and is loaded from the jar.
     */
    private byte[] cacheable(byte[] content) {
        if (majorVersion(content) >= ClassFile.JAVA_6_VERSION) {
            return content;
        }
        try {
            ClassModel model = format.parse(content);
            return format.build(
                    model.thisClass().asSymbol(),
                    builder -> {
                        builder.withVersion(ClassFile.JAVA_6_VERSION, 0);
                        model.forEach(element -> {
                            if (!(element instanceof ClassFileVersion)) {
                                builder.with(element);
                            }
                        });
                    });
        } catch (IllegalArgumentException e) {
            return content;
        }
    }

    static int majorVersion(byte[] content) {
        return Byte.toUnsignedInt(content[MAJOR_OFFSET]) << Byte.SIZE
                | Byte.toUnsignedInt(content[MAJOR_OFFSET + 1]);
    }
}
