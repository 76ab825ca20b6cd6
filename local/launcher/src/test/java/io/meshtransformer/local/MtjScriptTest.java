package io.meshtransformer.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script at the root: which JDK it takes, and when it builds. */
class MtjScriptTest {
    private static final Path ROOT = Path.of(System.getProperty("mtj.root")).toAbsolutePath();

    @TempDir
    private Path directory;

    @Test
    void javaHomeIsTakenIfItIsNewEnough() throws Exception {
        var wanted = jdk("mine", "25.0.3");
        jdk("places/other", "25.0.1");

        assertThat(mtj(Map.of("JAVA_HOME", wanted.toString()), "jdk").output()).isEqualTo(wanted + "\n");
    }

    @Test
    void anOlderJavaHomeIsPassedOver() throws Exception {
        var old = jdk("old", "21.0.9");
        var found = jdk("places/jdk with a space", "26");

        assertThat(mtj(Map.of("JAVA_HOME", old.toString()), "jdk").output()).isEqualTo(found + "\n");
    }

    @Test
    void aRuntimeWithoutCompilerIsPassedOver() throws Exception {
        Files.delete(jdk("places/a-jre", "25").resolve("bin/javac"));
        var found = jdk("places/b-jdk", "25");

        assertThat(mtj(Map.of(), "jdk").output()).isEqualTo(found + "\n");
    }

    @Test
    void aJdkWithoutReleaseFileIsAskedForItsVersion() throws Exception {
        var found = jdk("places/odd", "17");
        Files.delete(found.resolve("release"));
        script(found.resolve("bin/java"), "echo 'openjdk version \"25.0.1\" 2025-10-21' >&2");

        assertThat(mtj(Map.of(), "jdk").output()).isEqualTo(found + "\n");
    }

    @Test
    void theJavaOfThePathIsTheLastResort() throws Exception {
        var found = jdk("elsewhere", "25");
        var bin = Files.createDirectory(directory.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("java"), found.resolve("bin/java"));

        assertThat(mtj(Map.of("PATH", bin + ":/usr/bin:/bin"), "jdk").output()).isEqualTo(found + "\n");
    }

    @Test
    void withoutAnyJdkOneLineSaysWhatToInstall() throws Exception {
        jdk("places/old", "24.0.2");

        var result = mtj(Map.of("PATH", pathWithoutJava().toString()), "jdk");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output().lines()).hasSize(1);
        assertThat(result.output()).startsWith("mtj: no JDK 25 or newer found").contains("install", "JAVA_HOME");
    }

    @Test
    void aLinkToTheScriptFindsTheRepository() throws Exception {
        var repository = repository();
        var link = Files.createSymbolicLink(directory.resolve("link to mtj"), repository.resolve("mtj"));

        var result = run(link, Map.of("MTJ_BUILD", "never"), "up");

        assertThat(result.output())
                .contains("MTJ_BUILD is never, and " + repository + "/local/launcher/target/mtj.jar");
    }

    @Test
    void sourcesThatChangedAreBuiltAndOthersAreNot() throws Exception {
        var repository = repository();
        var runs = directory.resolve("maven-runs");
        var environment = Map.of("PATH", fakeMaven(repository, runs) + ":/usr/bin:/bin");
        var script = repository.resolve("mtj");

        assertThat(run(script, environment, "status").exitCode()).isZero();
        assertThat(Files.readAllLines(runs)).as("the first command builds").hasSize(1);
        run(script, environment, "up");
        assertThat(Files.readAllLines(runs)).as("nothing changed").hasSize(1);

        var source = repository.resolve("gateway/src/main/java/Door.java");
        Files.writeString(source, "class Door { int handle; }");
        run(script, environment, "status");
        assertThat(Files.readAllLines(runs))
                .as("to look at what runs needs no build")
                .hasSize(1);
        run(script, environment, "up");
        assertThat(Files.readAllLines(runs)).as("a source changed").hasSize(2);

        Files.writeString(repository.resolve("gateway/src/test/java/DoorTest.java"), "class DoorTest { }");
        run(script, environment, "up");
        assertThat(Files.readAllLines(runs)).as("a test changed").hasSize(2);

        Files.delete(source);
        run(script, environment, "up");
        assertThat(Files.readAllLines(runs)).as("a source was deleted").hasSize(3);

        Files.delete(repository.resolve("gateway/target/quarkus-app/quarkus-run.jar"));
        run(script, environment, "up");
        assertThat(Files.readAllLines(runs)).as("a service's build is gone").hasSize(4);
    }

    @Test
    void aFailedBuildShowsTheEndOfItsLogAndIsTriedAgain() throws Exception {
        var repository = repository();
        var bin = Files.createDirectories(directory.resolve("maven"));
        script(
                bin.resolve("mvn"),
                "case $1 in --version) echo Apache Maven 3.9.9 ;; *) echo '[ERROR] Door.java:1: no handle'; exit 1 ;; esac");
        var environment = Map.of("PATH", bin + ":/usr/bin:/bin");
        Files.createDirectories(repository.resolve("gateway/target/quarkus-app"));
        Files.writeString(repository.resolve("gateway/target/quarkus-app/quarkus-run.jar"), "of the last build");

        for (var attempt = 1; attempt <= 2; attempt++) {
            var result = run(repository.resolve("mtj"), environment, "up");

            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(repository.resolve("gateway/target/quarkus-app/quarkus-run.jar"))
                    .as("the last build that succeeded")
                    .exists();
            assertThat(result.output())
                    .contains("[ERROR] Door.java:1: no handle")
                    .contains("the build failed, its whole log is " + repository + "/target/mtj-build.log");
        }
    }

    @Test
    void anOldMavenIsRefusedWithItsVersion() throws Exception {
        var bin = Files.createDirectories(directory.resolve("maven"));
        script(bin.resolve("mvn"), "echo Apache Maven 3.6.3");

        var result = run(repository().resolve("mtj"), Map.of("PATH", bin + ":/usr/bin:/bin"), "status");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output()).isEqualTo("mtj: Maven 3.8.7 or newer is needed for the build, 'mvn' is 3.6.3\n");
    }

    @Test
    void nativeExecutablesAreBuiltAfterTheJarsWithTheGraalvmThatIsNamed() throws Exception {
        var repository = repository();
        var runs = directory.resolve("maven-runs");
        var graalvm = Files.createDirectories(directory.resolve("graalvm/bin")).getParent();
        script(graalvm.resolve("bin/native-image"), "exit 0");
        var environment =
                Map.of("PATH", fakeMaven(repository, runs) + ":/usr/bin:/bin", "GRAALVM_HOME", graalvm.toString());

        assertThat(run(repository.resolve("mtj"), environment, "native").exitCode())
                .isZero();

        assertThat(Files.readAllLines(runs)).hasSize(2);
        assertThat(Files.readAllLines(runs).getLast())
                .contains("-Dnative", "-Dquarkus.native.graalvm-home=" + graalvm, "inference-service");
    }

    @Test
    void withoutANativeImageOneLineSaysWhereItWasLookedFor() throws Exception {
        var repository = repository();
        var environment = Map.of(
                "PATH",
                fakeMaven(repository, directory.resolve("maven-runs")) + ":/usr/bin:/bin",
                "GRAALVM_HOME",
                "/nowhere");

        var result = run(repository.resolve("mtj"), environment, "native");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output().lines()).hasSize(1);
        assertThat(result.output()).contains("GraalVM or Mandrel 25", "GRAALVM_HOME ('/nowhere')");
        assertThat(directory.resolve("maven-runs")).doesNotExist();
    }

    private record Result(int exitCode, String output) {}

    private Result mtj(Map<String, String> environment, String... arguments) throws Exception {
        return run(ROOT.resolve("mtj"), environment, arguments);
    }

    private Result run(Path script, Map<String, String> environment, String... arguments) throws Exception {
        var builder = new ProcessBuilder(Stream.concat(Stream.of(script.toString()), List.of(arguments).stream())
                        .toList())
                .directory(directory.toFile())
                .redirectErrorStream(true);
        builder.environment().remove("JAVA_HOME");
        builder.environment().remove("MTJ_BUILD");
        builder.environment().put("MTJ_JDK_PLACES", directory.resolve("places").toString());
        builder.environment().putAll(environment);
        var process = builder.start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), output);
    }

    /** A folder that looks like a JDK; its java does nothing. */
    private Path jdk(String name, String version) throws IOException {
        var home = Files.createDirectories(directory.resolve(name));
        Files.createDirectory(home.resolve("bin"));
        script(home.resolve("bin/java"), "exit 0");
        script(home.resolve("bin/javac"), "exit 0");
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home.toRealPath();
    }

    /** A folder with this script and one service, in a path with a space. */
    private Path repository() throws IOException {
        jdk("places/jdk", "25");
        var repository = Files.createDirectories(directory.resolve("a repository"));
        Files.copy(ROOT.resolve("mtj"), repository.resolve("mtj"));
        assertThat(repository.resolve("mtj").toFile().setExecutable(true)).isTrue();
        Files.createDirectories(repository.resolve("gateway/src/main/java"));
        Files.createDirectories(repository.resolve("gateway/src/test/java"));
        Files.writeString(repository.resolve("pom.xml"), "<project />");
        Files.writeString(repository.resolve("gateway/pom.xml"), "<project />");
        Files.writeString(repository.resolve("gateway/src/main/java/Door.java"), "class Door { }");
        return repository.toRealPath();
    }

    /** Writes a line for every build, and what a build leaves behind. */
    private Path fakeMaven(Path repository, Path runs) throws IOException {
        var bin = Files.createDirectories(directory.resolve("maven"));
        script(bin.resolve("mvn"), """
                if [ "$1" = --version ]; then echo Apache Maven 3.8.7; exit; fi
                echo "$@" >>'%s'
                cd '%s' && mkdir -p local/launcher/target gateway/target/quarkus-app
                touch local/launcher/target/mtj.jar gateway/target/quarkus-app/quarkus-run.jar""".formatted(runs, repository));
        return bin;
    }

    /** The tools that the script uses, and no java. */
    private Path pathWithoutJava() throws IOException {
        var bin = Files.createDirectory(directory.resolve("tools"));
        for (var tool : List.of("bash", "sed", "dirname", "readlink", "env")) {
            var found = List.of(Path.of("/usr/bin", tool), Path.of("/bin", tool)).stream()
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow();
            script(bin.resolve(tool), "exec " + found + " \"$@\"");
        }
        return bin;
    }

    private static void script(Path file, String content) throws IOException {
        Files.writeString(file, "#!/bin/bash\n" + content + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
