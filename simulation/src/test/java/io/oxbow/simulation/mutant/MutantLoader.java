package io.oxbow.simulation.mutant;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Engine and simulation once more, with one of the engine's classes changed. */
final class MutantLoader extends ClassLoader {

    private static final Path SOURCES = Path.of("..", "s3stream", "src", "main", "java");
    private static final String ROOT = "io/oxbow/s3stream/";

    private final Map<String, byte[]> changed;

    private MutantLoader(Map<String, byte[]> changed) {
        super(MutantLoader.class.getClassLoader());
        this.changed = changed;
    }

    /** Runs a seed of the mutant's scenario and says how it failed; "" when it did not. */
    static LongFunction<String> load(Mutant mutant) throws Exception {
        var changed = new HashMap<String, byte[]>();
        for (String file : mutant.files()) {
            Path path = SOURCES.resolve(ROOT + file);
            changed.putAll(compile(ROOT + file, mutant.applyTo(file, Files.readString(path))));
        }
        var loader = new MutantLoader(changed);
        @SuppressWarnings("unchecked")
        var run =
                (LongFunction<String>)
                        loader.loadClass(MutantRun.class.getName())
                                .getDeclaredConstructor(String.class)
                                .newInstance(mutant.scenario());
        return run;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith("io.oxbow.")) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known != null ? known : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes = changed.get(name);
        if (bytes == null) {
            try (InputStream in =
                    getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                bytes = in.readAllBytes();
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    private static Map<String, byte[]> compile(String path, String source) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        var classes = new HashMap<String, ByteArrayOutputStream>();
        try (StandardJavaFileManager standard = compiler.getStandardFileManager(null, null, null);
                JavaFileManager manager = new InMemory(standard, classes)) {
            boolean done =
                    compiler.getTask(
                                    null,
                                    manager,
                                    null,
                                    List.of("-proc:none", "-nowarn", "-g", "-parameters"),
                                    null,
                                    List.of(new Source(path, source)))
                            .call();
            if (!done) {
                throw new AssertionError("the changed " + path + " does not compile");
            }
        }
        var bytes = new HashMap<String, byte[]>();
        classes.forEach((name, out) -> bytes.put(name, out.toByteArray()));
        return bytes;
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String path, String text) {
            super(URI.create("string:///" + path), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /** Keeps what is compiled. */
    private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> classes;

        InMemory(JavaFileManager target, Map<String, ByteArrayOutputStream> classes) {
            super(target);
            this.classes = classes;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            var bytes = new ByteArrayOutputStream();
            classes.put(name, bytes);
            return new SimpleJavaFileObject(URI.create("memory:///" + name), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return bytes;
                }
            };
        }
    }
}
