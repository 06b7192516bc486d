import type { BaseImageName } from '../../src/config-base-images.ts';
import type { BuildSettings } from '../../src/entities/application-config.ts';
import type { DebianImage } from './debian-image.ts';
import { makeWheels } from './make-wheels.ts';

export interface Sample {
  builder: string;
  /** What is built, for the table. */
  what: string;
  /** In place of these base images. */
  images: Partial<Record<BaseImageName, DebianImage>>;
  files: Record<string, string>;
  settings?: BuildSettings;
  /** Of `GET /`, as text that is in it. */
  answer: string;
}

const python: DebianImage = {
  packages: ['python3', 'python3-venv', 'python3-flask', 'gunicorn'],
  instructions: [
    'COPY make-wheels.py /',
    'RUN ln -s python3 /usr/bin/python && python3 /make-wheels.py /wheels',
    'ENV PIP_NO_INDEX=1 PIP_FIND_LINKS=/wheels',
  ],
  files: { 'make-wheels.py': makeWheels },
};
const plain: DebianImage = { packages: [], instructions: [] };
const go: DebianImage = { packages: ['golang-go', 'ca-certificates'], instructions: [] };
const ruby: DebianImage = { packages: ['ruby', 'ruby-bundler'], instructions: [] };
const composer: DebianImage = {
  packages: ['php-cli', 'composer'],
  instructions: [
    'RUN ln -s /usr/bin/php8.* /usr/bin/php && for one in /etc/php/*/cli; do mkdir -p $one/conf.d; done && ' +
      'cp /usr/share/php8.*-common/common/*.ini /etc/php/*/cli/conf.d/',
    'ENV COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_HOME=/tmp COMPOSER_CACHE_DIR=/tmp/cache',
  ],
};
const php: DebianImage = {
  packages: ['apache2', 'libapache2-mod-php', 'perl'],
  instructions: [
    'COPY apache2-foreground /usr/local/bin/',
    'RUN chmod 755 /usr/local/bin/apache2-foreground && mkdir -p /var/log/apache2 /var/lib/apache2/module/enabled_by_admin',
    'RUN a2enmod -q mpm_prefork authz_core authz_host dir mime php8.2 && a2ensite -q 000-default && a2enconf -q security',
  ],
  files: {
    'apache2-foreground':
      '#!/bin/sh\n. /etc/apache2/envvars\nmkdir -p "$APACHE_RUN_DIR" "$APACHE_LOCK_DIR"\nexec apache2 -DFOREGROUND\n',
  },
};
const java: DebianImage = {
  packages: ['openjdk-17-jdk-headless'],
  instructions: ['RUN for one in java javac jar; do ln -s /usr/lib/jvm/java-17-openjdk-*/bin/$one /usr/bin/$one; done'],
};

export const samples: readonly Sample[] = [
  {
    builder: 'python',
    what: 'Flask, with pip and the gunicorn that is added',
    images: { 'python-build': python, python },
    files: {
      // All of them: Debian's packages do not say what theirs need.
      'requirements.txt': 'Flask>=2\nWerkzeug\nJinja2\nMarkupSafe\nclick\nitsdangerous\n',
      'app.py':
        'from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route("/")\ndef index():\n    return "hello from Flask"\n',
    },
    answer: 'hello from Flask',
  },
  {
    builder: 'go',
    what: 'a program of `cmd/` with a template',
    images: { go, alpine: plain },
    files: {
      'go.mod': 'module example.com/shop\n\ngo 1.19\n',
      'page.html': 'hello from {{.}}',
      'cmd/shop/main.go': `package main

import (
	"html/template"
	"net/http"
	"os"
)

func main() {
	page := template.Must(template.ParseFiles("page.html"))
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { page.Execute(w, "Go") })
	http.ListenAndServe(":"+os.Getenv("PORT"), nil)
}
`,
    },
    answer: 'hello from Go',
  },
  {
    builder: 'ruby',
    what: 'a gem of the checkout, started by a `Procfile`',
    images: { ruby },
    files: {
      Gemfile: 'source "https://rubygems.org"\n\ngem "greeting", path: "greeting"\n',
      Procfile: 'web: bundle exec ruby server.rb\n',
      'greeting/greeting.gemspec':
        'Gem::Specification.new do |spec|\n  spec.name = "greeting"\n  spec.version = "1.0"\n  spec.summary = "greets"\n  spec.authors = ["shop"]\n  spec.files = ["lib/greeting.rb"]\nend\n',
      'greeting/lib/greeting.rb': 'GREETING = "hello from Ruby"\n',
      'server.rb': `require "socket"
require "greeting"

server = TCPServer.new("0.0.0.0", ENV.fetch("PORT"))
loop do
  client = server.accept
  client.readpartial(1000)
  client.write("HTTP/1.0 200 OK\\r\\n\\r\\n#{GREETING}")
  client.close
end
`,
    },
    answer: 'hello from Ruby',
  },
  {
    builder: 'php',
    what: 'Composer’s autoloader, Apache on `public/`',
    images: { php, composer },
    files: {
      'composer.json': JSON.stringify({
        repositories: { 'packagist.org': false },
        require: { php: '>=8' },
        autoload: { 'psr-4': { 'Shop\\': 'src/' } },
      }),
      'src/Greeting.php':
        '<?php\nnamespace Shop;\nclass Greeting { public static function text() { return "hello from PHP"; } }\n',
      'public/index.php': '<?php\nrequire "../vendor/autoload.php";\necho Shop\\Greeting::text();\n',
    },
    answer: 'hello from PHP',
  },
  {
    builder: 'java',
    what: 'a jar, by a build command of its own: Maven Central is not reached',
    images: { maven: java, java },
    files: {
      'pom.xml': '<project><properties><java.version>17</java.version></properties></project>\n',
      'Main.java': `import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;

public class Main {
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(System.getenv("PORT"));
    HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
    server.createContext("/", exchange -> {
      byte[] text = "hello from Java".getBytes();
      exchange.sendResponseHeaders(200, text.length);
      exchange.getResponseBody().write(text);
      exchange.close();
    });
    server.start();
  }
}
`,
    },
    settings: {
      build_command:
        'mkdir -p target/classes && javac -d target/classes Main.java && jar cfe target/app.jar Main -C target/classes .',
    },
    answer: 'hello from Java',
  },
];
