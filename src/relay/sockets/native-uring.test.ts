import { testNativeSockets } from './test-support/test-native-sockets.ts';

testNativeSockets('io_uring');
